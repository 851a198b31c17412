package dev.inferlab.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Decision.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever commands come in whatever order. */
class JobRulesPropertiesTest {

  private static final UUID JOB = new UUID(0, 1);
  private static final List<UUID> TARGETS = List.of(new UUID(0, 2), new UUID(0, 3));
  private static final int MAX_ATTEMPTS = 3;

  record Step(Duration later, JobCommand command) {}

  @Property(tries = 2_000)
  void everyHistoryIsSound(@ForAll("histories") List<Step> steps, @ForAll long seed) {
    JobRules rules =
        new JobRules(
            new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random(seed)));
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Job job =
        JobRules.evolve(
            null, rules.decide(null, new JobCommand.Submit(JOB, request()), now).events());
    for (Step step : steps) {
      now = now.plus(step.later());
      Decision decision = rules.decide(job, step.command(), now);
      Job next = JobRules.evolve(job, decision.events());
      check(job, decision, next);
      job = next;
    }
  }

  private static void check(Job before, Decision decision, Job after) {
    if (decision.verdict() != Verdict.ACCEPTED) {
      assertThat(decision.events()).isEmpty();
    }
    if (before.terminal()) {
      assertThat(after).as("an end is final").isEqualTo(before);
    }
    assertThat(after.version()).isEqualTo(before.version() + decision.events().size());
    assertThat(after.fence()).isGreaterThanOrEqualTo(before.fence());
    checkAttempts(after);
    assertThat(after.result() != null).isEqualTo(after.state() == JobState.SUCCEEDED);
    assertThat(after.fault() != null)
        .isEqualTo(after.state() == JobState.FAILED || after.state() == JobState.CANCELLED);
  }

  private static void checkAttempts(Job job) {
    for (int i = 0; i < job.attempts().size(); i++) {
      Attempt attempt = job.attempts().get(i);
      assertThat(attempt.number()).isEqualTo(i + 1);
      boolean last = i == job.attempts().size() - 1;
      boolean held = job.state() == JobState.ASSIGNED || job.state() == JobState.RUNNING;
      assertThat(attempt.live()).as("only the last of a held job lives").isEqualTo(last && held);
    }
    assertThat(job.attempts().stream().filter(Attempt::counted).count())
        .isLessThanOrEqualTo(MAX_ATTEMPTS);
    assertThat(
            job.attempts().stream()
                .filter(attempt -> attempt.outcome() == AttemptOutcome.ATTEMPT_SUCCEEDED)
                .count())
        .isEqualTo(job.state() == JobState.SUCCEEDED ? 1 : 0);
  }

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<UUID> target = Arbitraries.of(TARGETS);
    Arbitrary<Integer> attempt = Arbitraries.integers().between(1, 5);
    Arbitrary<ErrorClass> errorClass = Arbitraries.of(ErrorClass.class);
    Arbitrary<JobCommand> command =
        Arbitraries.frequencyOf(
            Tuple.of(6, target.map(id -> (JobCommand) new JobCommand.Assign(id, "CPU"))),
            Tuple.of(3, Combinators.combine(attempt, target).as(JobCommand.Start::new)),
            Tuple.of(
                1,
                Combinators.combine(attempt, target)
                    .as((n, id) -> new JobCommand.Succeed(n, id, ByteString.EMPTY))),
            Tuple.of(
                3,
                Combinators.combine(attempt, target, errorClass)
                    .as((n, id, c) -> new JobCommand.Fail(n, id, Fault.of(c, "TEST", "")))),
            Tuple.of(
                3,
                Combinators.combine(attempt, target)
                    .as((n, id) -> new JobCommand.HandBack(n, id, ""))),
            Tuple.of(1, Combinators.combine(attempt, target).as(JobCommand.ConfirmStopped::new)),
            Tuple.of(3, attempt.map(JobCommand.LoseLease::new)),
            Tuple.of(1, Arbitraries.just(new JobCommand.Cancel("why not"))));
    Arbitrary<Duration> later = Arbitraries.integers().between(0, 40).map(Duration::ofSeconds);
    return Combinators.combine(later, command).as(Step::new).list().ofMaxSize(40);
  }

  private static Request request() {
    return new Request("", "noop", "ann", 0, MAX_ATTEMPTS, Demand.ANYWHERE, "");
  }
}
