package dev.inferlab.agent.executor;

import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Ends the executor when its agent is gone, however the agent died. */
final class ParentWatch {
  private static final int SECONDS = 2;

  private ParentWatch() {}

  /**
   * A closed socket says it at once; this is the second line, for a socket that somebody else keeps
   * open.
   */
  static void start() {
    Optional<Long> parent = ProcessHandle.current().parent().map(ProcessHandle::pid);
    Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("parent-watch").daemon().factory())
        .scheduleWithFixedDelay(
            () -> {
              if (!ProcessHandle.current().parent().map(ProcessHandle::pid).equals(parent)) {
                endWithChildren();
              }
            },
            SECONDS,
            SECONDS,
            TimeUnit.SECONDS);
  }

  /** No shutdown hooks: native code may be in any state. */
  static void endWithChildren() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(0);
  }
}
