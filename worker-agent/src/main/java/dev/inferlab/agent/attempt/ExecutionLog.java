package dev.inferlab.agent.attempt;

import dev.inferlab.agent.observe.JsonLine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;

/**
 * What really ran on this machine, and when: {@code executions.log} in the state folder, one JSON
 * line for each begin and end of an execution, never rewritten. The reliability checks compare it
 * with what the lab recorded; nothing else reads it, and an agent that comes back needs none of it.
 * A line is handed to the kernel before the execution goes on, so that it survives the death of
 * this process.
 *
 * <p>A full file becomes {@code executions.log.1}, in the place of the one before, and the next one
 * begins with a line {@code continued}: a reader that finds it at the beginning of the oldest file
 * knows that older lines are gone.
 */
public final class ExecutionLog implements AutoCloseable {
  /** Opens for reading and writing, and makes what is not there. */
  interface Disk {
    RandomAccessFile open(Path path) throws IOException;
  }

  /** Tens of thousands of executions; the two files together take twice as much. */
  private static final long LIMIT_BYTES = 32L << 20;

  private final Path path;
  private final Path older;
  private final InstantSource clock;
  private final String target;
  private final long limitBytes;
  private final Disk disk;

  /** No FileChannel: an interrupt, which is how an attempt is stopped, would close it for good. */
  private RandomAccessFile file;

  /** Of the whole lines; a failed write may have left a part of one behind them. */
  private long size;

  /** The line {@code continued} has still to come before any other. */
  private boolean continued;

  public ExecutionLog(Path path, InstantSource clock, String target) throws IOException {
    this(path, clock, target, LIMIT_BYTES, file -> new RandomAccessFile(file.toFile(), "rw"));
  }

  /**
   * @param limitBytes of one file; a line that would exceed it goes into the next
   */
  ExecutionLog(Path path, InstantSource clock, String target, long limitBytes, Disk disk)
      throws IOException {
    this.path = path;
    this.older = path.resolveSibling(path.getFileName() + ".1");
    this.clock = clock;
    this.target = target;
    this.limitBytes = limitBytes;
    this.disk = disk;
    file = disk.open(path);
    size = file.length();
    continued = size == 0 && Files.exists(older);
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
    byte[] bytes = bytes(line);
    try {
      if (size + bytes.length > limitBytes) {
        rotate();
      }
      if (continued) {
        append(bytes(line("continued")));
        continued = false;
      }
      append(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("The execution log cannot be written.", e);
    }
  }

  /** Does over again what a full disk left half done; nothing fails once the next file is open. */
  private void rotate() throws IOException {
    if (Files.exists(path)) {
      Files.move(path, older, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
    RandomAccessFile next = disk.open(path);
    try (RandomAccessFile full = file) {
      file = next;
      size = 0;
      continued = true;
    }
  }

  /** A line that could not be written whole leaves nothing, or it would spoil the next one. */
  private void append(byte[] bytes) throws IOException {
    try {
      file.seek(size);
      file.write(bytes);
    } catch (IOException e) {
      try {
        file.setLength(size);
      } catch (IOException cut) {
        e.addSuppressed(cut);
      }
      throw e;
    }
    size += bytes.length;
  }

  private static byte[] bytes(JsonLine line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
