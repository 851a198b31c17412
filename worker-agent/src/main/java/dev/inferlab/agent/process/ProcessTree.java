package dev.inferlab.agent.process;

import dev.inferlab.agent.executor.ExecutorMain;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An executor and everything that it started, found by parentage and by the token in their
 * environment.
 */
final class ProcessTree {
  private static final int ROUNDS = 5;
  private static final long GONE_WITHIN_SECONDS = 2;

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
        ProcessHandle.of(pid).ifPresent(ProcessTree::killOne);
      }
    }
  }

  private static void killOne(ProcessHandle process) {
    process.destroyForcibly();
    try {
      process.onExit().get(GONE_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The next round tries again; one that the kernel keeps cannot be helped.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
