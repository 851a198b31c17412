package dev.inferlab.agent.attempt;

import dev.inferlab.agent.observe.JsonLine;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What really ran on this machine, and when: {@code executions.log} in the state folder, one JSON
 * line for each begin and end of an execution, never rewritten. The reliability checks compare it
 * with what the lab recorded. A line is handed to the kernel before the execution goes on, so that
 * it survives the death of this process.
 */
public final class ExecutionLog implements AutoCloseable {
  /** No FileChannel: an interrupt, which is how an attempt is stopped, would close it for good. */
  private final FileOutputStream file;

  private final InstantSource clock;
  private final String target;

  public ExecutionLog(Path path, InstantSource clock, String target) throws IOException {
    this.file = new FileOutputStream(path.toFile(), true);
    this.clock = clock;
    this.target = target;
  }

  /** The agent begins. */
  public void agentStarted() {
    write(line("agent-start").put("pid", ProcessHandle.current().pid()));
  }

  /** An executor is about to get the attempt. */
  void begin(AttemptId attempt, String kind, String device, boolean exclusive, long pid) {
    write(attempt(line("begin"), attempt, kind, device, exclusive).put("pid", pid));
  }

  /** Nothing of the attempt runs any more. */
  void end(AttemptId attempt, String kind, String device, boolean exclusive, String outcome) {
    write(attempt(line("end"), attempt, kind, device, exclusive).put("outcome", outcome));
  }

  /** The same for an attempt of an agent that died; {@code note} is what {@link #note} gave. */
  public void endAfterDeath(String note) {
    String[] fields = note.strip().split("\t");
    if (fields.length == 5) {
      end(
          new AttemptId(fields[0], Integer.parseInt(fields[1])),
          fields[2],
          fields[3],
          Boolean.parseBoolean(fields[4]),
          "AGENT_DIED");
    }
  }

  /** What {@link #endAfterDeath} needs to know. */
  static String note(AttemptId attempt, String kind, String device, boolean exclusive) {
    return String.join(
        "\t",
        attempt.jobId(),
        Integer.toString(attempt.number()),
        kind,
        device,
        Boolean.toString(exclusive));
  }

  private JsonLine line(String event) {
    return new JsonLine()
        .put("time", clock.instant().toString())
        .put("event", event)
        .put("target", target);
  }

  private static JsonLine attempt(
      JsonLine line, AttemptId attempt, String kind, String device, boolean exclusive) {
    return line.put("job", attempt.jobId())
        .put("attempt", attempt.number())
        .put("kind", kind)
        .put("device", device)
        .put("exclusive", exclusive);
  }

  private synchronized void write(JsonLine line) {
    try {
      file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("The execution log cannot be written.", e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
