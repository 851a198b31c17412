package dev.inferlab.endtoend.reliability;

import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.local.supervise.ChildStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Carries out a plan with {@code kill -9}, and tells each step. */
final class Faults {
  private static final Duration BACK = Duration.ofSeconds(60);
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  private final Lab lab;
  private final long begin = System.nanoTime();
  private final Set<Long> killed = new HashSet<>();

  Faults(Lab lab) {
    this.lab = lab;
  }

  /**
   * @param beforeLast what must have happened before the last kill
   * @return the processes that were hit
   */
  Set<Long> strike(FaultPlan plan, Runnable beforeLast) {
    for (FaultPlan.Kill kill : plan.kills()) {
      long due = System.nanoTime() + kill.after().toNanos();
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      if (kill == plan.kills().getLast()) {
        beforeLast.run();
      }
      ProcessHandle victim = await(kill);
      victim.destroyForcibly();
      killed.add(victim.pid());
      tell("kill -9 %s (pid %d)", kill.victim(), victim.pid());
    }
    return Set.copyOf(killed);
  }

  /** What is down at the moment is hit as soon as it is back. */
  private ProcessHandle await(FaultPlan.Kill kill) {
    long last = System.nanoTime() + BACK.toNanos();
    Optional<ProcessHandle> victim = find(kill);
    while (victim.isEmpty() && System.nanoTime() < last) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      victim = find(kill);
    }
    return victim.orElseThrow(
        () -> new AssertionError(kill.victim() + " is not back within " + BACK.toSeconds() + " s"));
  }

  private Optional<ProcessHandle> find(FaultPlan.Kill kill) {
    if (kill.victim() == Victim.EXECUTOR) {
      List<ProcessHandle> executors = lab.executors();
      return executors.isEmpty()
          ? Optional.empty()
          : Optional.of(executors.get(kill.choice() % executors.size()));
    }
    ChildStatus child = lab.process(kill.victim().process());
    return child.pid() == 0 ? Optional.empty() : ProcessHandle.of(child.pid());
  }

  void tell(String format, Object... arguments) {
    System.out.printf(
        "[faults %6.2f s] %s%n",
        (System.nanoTime() - begin) / 1e9, String.format(format, arguments));
  }
}
