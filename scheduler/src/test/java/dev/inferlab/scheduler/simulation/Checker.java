package dev.inferlab.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.simulation.Wire.AttemptKey;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The invariants I1 to I8 of the reliability plan, as far as the core can break them. */
final class Checker {

  private record Execution(UUID target, String device, boolean exclusive) {}

  private final Map<AttemptKey, Execution> executing = new HashMap<>();
  private final Map<AttemptKey, Execution> suspended = new HashMap<>();
  private final Map<AttemptKey, Integer> executions = new HashMap<>();

  /** A job really starts to run. */
  void started(UUID target, AttemptKey key, String device, boolean exclusive) {
    executions.merge(key, 1, Integer::sum);
    run(key, new Execution(target, device, exclusive));
  }

  private void run(AttemptKey key, Execution mine) {
    executing.forEach(
        (other, it) -> {
          assertThat(other.jobId())
              .as("%s beside %s of one job", key, other)
              .isNotEqualTo(key.jobId());
          if (it.target().equals(mine.target()) && it.device().equals(mine.device())) {
            assertThat(it.exclusive() || mine.exclusive())
                .as("I4: %s and %s run on %s, one wants it alone", other, key, mine.device())
                .isFalse();
          }
        });
    executing.put(key, mine);
  }

  void stopped(UUID target, AttemptKey key) {
    Execution was = suspended.containsKey(key) ? suspended.remove(key) : executing.remove(key);
    assertThat(was).isNotNull().extracting(Execution::target).isEqualTo(target);
  }

  /** The machine is frozen: nothing on it goes on. */
  void frozen(UUID target) {
    executing.forEach(
        (key, it) -> {
          if (it.target().equals(target)) {
            suspended.put(key, it);
          }
        });
    executing.keySet().removeAll(suspended.keySet());
  }

  /** What its agent did not stop at once goes on. */
  void thawed(UUID target) {
    Map<AttemptKey, Execution> left = new HashMap<>(suspended);
    left.values().removeIf(it -> !it.target().equals(target));
    suspended.keySet().removeAll(left.keySet());
    left.forEach(this::run);
  }

  /** At the end of a run whose last phase had no faults. */
  void checkEnd(Store store, int submitted) {
    assertThat(store.jobs).as("I1: none lost, none doubled").hasSize(submitted);
    store.jobs.values().forEach(job -> checkEnded(store, job));
    assertThat(store.leases).as("I8: no lease is left").isEmpty();
    assertThat(store.earlyCancels).isEmpty();
    executions.forEach((key, times) -> assertThat(times).as("I5: %s", key).isEqualTo(1));
  }

  private static void checkEnded(Store store, Job job) {
    assertThat(job.terminal()).as("I1 and I8: %s has ended", job).isTrue();
    if (job.state() == JobState.SUCCEEDED) {
      assertThat(job.result().toStringUtf8())
          .as("I2: the result is the winning attempt's")
          .isEqualTo(job.id() + "/" + job.fence());
    }
    long successes =
        job.attempts().stream()
            .filter(it -> it.outcome() == AttemptOutcome.ATTEMPT_SUCCEEDED)
            .count();
    assertThat(successes).isEqualTo(job.state() == JobState.SUCCEEDED ? 1 : 0);
    assertThat(JobRules.evolve(null, store.history.get(job.id())))
        .as("I3: history replays to the stored state")
        .isEqualTo(job);
    for (int i = 1; i < job.attempts().size(); i++) {
      Attempt earlier = job.attempts().get(i - 1);
      assertThat(earlier.endedAt()).isBeforeOrEqualTo(job.attempts().get(i).assignedAt());
    }
    assertThat(store.published.get(job.id()))
        .as("I7: the last change was told")
        .isEqualTo(job.version());
  }
}
