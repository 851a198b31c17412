package dev.inferlab.agent.executor;

import dev.inferlab.agent.retry.Repeating;
import java.time.Duration;
import java.util.Optional;

/** Ends the executor when its agent is gone, however the agent died. */
final class ParentWatch {
  private static final Duration LOOK = Duration.ofSeconds(2);

  private ParentWatch() {}

  /**
   * A closed socket says it at once; this is the second line, for a socket that somebody else keeps
   * open.
   */
  static void start() {
    Optional<Long> parent = ProcessHandle.current().parent().map(ProcessHandle::pid);
    new Repeating("parent-watch")
        .every(
            LOOK,
            () -> {
              if (!ProcessHandle.current().parent().map(ProcessHandle::pid).equals(parent)) {
                endWithChildren();
              }
            });
  }

  /** No shutdown hooks: native code may be in any state. */
  static void endWithChildren() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(0);
  }
}
