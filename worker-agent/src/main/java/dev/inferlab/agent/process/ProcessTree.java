package dev.inferlab.agent.process;

import dev.inferlab.agent.executor.ExecutorMain;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * An executor and everything that it started, found by parentage and by the token in their
 * environment.
 */
final class ProcessTree {
  private static final int ROUNDS = 5;
  private static final Duration GONE_WITHIN = Duration.ofSeconds(2);
  private static final long LOOK_NANOS = 2_000_000;

  private ProcessTree() {}

  /**
   * Kills all of it, those included that are born meanwhile or whose parent is gone; waits until
   * the root is.
   */
  static void kill(long rootPid, String token) {
    for (int round = 0; round < ROUNDS; round++) {
      Set<Long> pids =
          new TreeSet<>(ProcFs.withEnvironment(ExecutorMain.TOKEN_VARIABLE + "=" + token));
      ProcessHandle.of(rootPid)
          .ifPresent(root -> root.descendants().forEach(child -> pids.add(child.pid())));
      if (round == 0) {
        pids.add(rootPid);
      }
      pids.remove(ProcessHandle.current().pid());
      if (pids.isEmpty()) {
        return;
      }
      for (long pid : pids) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      awaitGone(pids);
    }
  }

  /**
   * A dead process may stay as a zombie for as long as its parent likes: it runs no more, and that
   * is what counts.
   */
  private static void awaitGone(Set<Long> pids) {
    long end = System.nanoTime() + GONE_WITHIN.toNanos();
    for (long pid : pids) {
      while (ProcFs.startTicks(pid).isPresent() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }
}
