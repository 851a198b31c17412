package dev.inferlab.agent.process;

import dev.inferlab.agent.executor.ExecutorMain;
import java.time.Duration;
import java.util.Optional;
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
   *
   * @param root a handle, not an id: it knows when its process started, so that one that got the id
   *     of a dead root is left alone
   */
  static void kill(Optional<ProcessHandle> root, String token) {
    for (int round = 0; round < ROUNDS; round++) {
      Set<Long> pids =
          new TreeSet<>(ProcFs.withEnvironment(ExecutorMain.TOKEN_VARIABLE + "=" + token));
      Optional<ProcessHandle> alive = root.filter(ProcessHandle::isAlive);
      alive.ifPresent(it -> it.descendants().forEach(child -> pids.add(child.pid())));
      if (round == 0) {
        alive.ifPresent(it -> pids.add(it.pid()));
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
