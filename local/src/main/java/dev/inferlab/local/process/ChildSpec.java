package dev.inferlab.local.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process that the supervisor keeps running.
 *
 * @param name for files and commands: "gateway"
 * @param title for people: "API gateway"
 * @param after names of the children that must be ready before this one is started for the first
 *     time
 * @param preparation done before every start, on a thread that may block
 */
public record ChildSpec(
    String name,
    String title,
    List<String> command,
    Map<String, String> environment,
    Path directory,
    Set<String> after,
    Preparation preparation,
    Probe probe,
    StopPlan stop) {

  public ChildSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    after = Set.copyOf(after);
  }

  /** Puts in order what a process needs, for instance what an earlier run left behind. */
  @FunctionalInterface
  public interface Preparation {
    Preparation NONE = () -> {};

    void run() throws IOException, InterruptedException;
  }
}
