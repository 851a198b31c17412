package dev.inferlab.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.AttemptRecord;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Placement;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.proto.job.v1.SubmitJob;
import dev.inferlab.proto.job.v1.Violation;
import dev.inferlab.scheduler.lab.ComponentTest;
import dev.inferlab.scheduler.lab.FakeAgent;
import dev.inferlab.scheduler.lab.Lab;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.Test;

/** Jobs from Kafka to an agent and back, on real infrastructure. */
@QuarkusTest
class JobLifeTest extends ComponentTest {

  @Inject MeterRegistry metrics;

  private final UUID here = UUID.randomUUID();
  private final String kind = kind();

  @Test
  void fromSubmitToSuccess() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    JobSpec.Builder job = Lab.job(kind).setExperimentId("e1");
    lab.submit(job);
    Assignment assignment = agent.assigned();
    assertThat(assignment.getJob()).isEqualTo(job.build());
    assertThat(assignment.getAttempt()).isEqualTo(1);
    assertThat(assignment.getDevice()).isEqualTo("CPU");
    agent.started(assignment);
    lab.awaitState(job.getJobId(), JobState.RUNNING);
    agent.succeeded(assignment, "42");
    JobChanged end = lab.awaitState(job.getJobId(), JobState.SUCCEEDED);
    assertThat(end.getResult().toStringUtf8()).isEqualTo("42");
    assertThat(end.getExperimentId()).isEqualTo("e1");
    assertThat(end.getTargetId()).isEqualTo(here.toString());
    assertThat(end.getAttemptsList())
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.ATTEMPT_SUCCEEDED);
              assertThat(attempt.hasStartedAt()).isTrue();
              assertThat(attempt.hasEndedAt()).isTrue();
            });
    assertThat(lab.changes(job.getJobId()))
        .extracting(JobChanged::getVersion)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void aSubmitThatComesTwiceIsOneJob() {
    FakeAgent agent = eager(FakeAgent.hello(here, "bench1", 2, kind));
    JobSpec.Builder job = Lab.job(kind);
    JobCommand command =
        JobCommand.newBuilder()
            .setEnvelope(Lab.envelope())
            .setSubmit(SubmitJob.newBuilder().setJob(job))
            .build();
    lab.send("inferlab.jobs.v1", job.getJobId(), command);
    lab.send("inferlab.jobs.v1", job.getJobId(), command);
    lab.submit(job);
    lab.awaitState(job.getJobId(), JobState.SUCCEEDED);
    String other = lab.submit(Lab.job(kind));
    lab.awaitState(other, JobState.SUCCEEDED);
    assertThat(agent.received()).hasSize(2);
  }

  @Test
  void aFailureIsTriedAgainAndEveryReasonKept() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String id = lab.submit(Lab.job(kind).setMaxAttempts(2));
    agent.failed(agent.assigned(), ErrorClass.CRASHED, "first");
    JobChanged queued = lab.awaitState(id, JobState.QUEUED);
    assertThat(queued.getWaitingFor()).contains("next attempt");
    Assignment second = agent.assigned();
    assertThat(second.getAttempt()).isEqualTo(2);
    agent.failed(second, ErrorClass.CRASHED, "second \0 time");
    JobChanged end = lab.awaitState(id, JobState.FAILED);
    assertThat(end.getProblem().getErrorClass()).isEqualTo(ErrorClass.CRASHED);
    assertThat(end.getAttemptsList())
        .extracting(it -> it.getProblem().getDetail())
        .containsExactly("first", "second   time");
  }

  @Test
  void badInputIsNotTriedAgain() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String id = lab.submit(Lab.job(kind));
    agent.failed(agent.assigned(), ErrorClass.INVALID_INPUT, "no");
    assertThat(lab.awaitState(id, JobState.FAILED).getAttempt()).isEqualTo(1);
  }

  @Test
  void everythingThatAnAgentSaysOfAProblemReachesTheUser() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    Problem told =
        Problem.newBuilder()
            .setErrorClass(ErrorClass.INVALID_INPUT)
            .setCode("JOB_OPTIONS_INVALID")
            .setDetail("The conversion's options do not fit.")
            .setLocation(
                Location.newBuilder()
                    .setFile("a.onnx")
                    .setLine(7)
                    .setLayer("conv1")
                    .setLayerType("Conv"))
            .addViolations(
                Violation.newBuilder().setPath("cutOutputs[1]").setReason("is no layer").build())
            .build();
    String id = lab.submit(Lab.job(kind));
    agent.failed(agent.assigned(), told);
    JobChanged end = lab.awaitState(id, JobState.FAILED);
    assertThat(end.getProblem()).isEqualTo(told);
    assertThat(end.getAttempts(0).getProblem()).isEqualTo(told);
  }

  @Test
  void aFailureIsInTheLogUnderItsJob() {
    JsonLines log = new JsonLines();
    java.util.logging.Logger ours = java.util.logging.Logger.getLogger("dev.inferlab.scheduler");
    ours.addHandler(log);
    try {
      FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
      String id = lab.submit(Lab.job(kind).setExperimentId("e-log"));
      agent.failed(agent.assigned(), ErrorClass.INVALID_INPUT, "no");
      lab.awaitState(id, JobState.FAILED);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(log.lines)
                      .anyMatch(
                          line ->
                              line.contains("\"jobId\":\"" + id + "\"")
                                  && line.contains("\"experimentId\":\"e-log\"")
                                  && line.contains("EXECUTOR_CRASHED")));
    } finally {
      ours.removeHandler(log);
    }
  }

  /** What the service's log file gets. */
  private static final class JsonLines extends ExtHandler {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final JsonFormatter json = new JsonFormatter();

    @Override
    protected void doPublish(ExtLogRecord entry) {
      lines.add(json.format(entry));
    }
  }

  @Test
  void aJobThatCannotBePlacedAsAskedFailsAtOnce() {
    String id = lab.submit(Lab.job(kind).setMaxAttempts(0));
    JobChanged end = lab.awaitState(id, JobState.FAILED);
    assertThat(end.getProblem().getErrorClass()).isEqualTo(ErrorClass.INVALID_INPUT);
    assertThat(end.getProblem().getDetail()).contains("attempts");
  }

  @Test
  void whatCannotBeReadHarmsNoOther() {
    eager(FakeAgent.hello(here, "bench1", 2, kind));
    lab.sendBytes("inferlab.jobs.v1", "x", "no protobuf".getBytes(StandardCharsets.UTF_8));
    lab.submit(Lab.job(kind).setJobId("no uuid"));
    String id = lab.submit(Lab.job(kind));
    lab.awaitState(id, JobState.SUCCEEDED);
  }

  @Test
  void aCommandOfANewerVersionIsKeptForIt() {
    String job = UUID.randomUUID().toString();
    lab.send(Topics.JOBS, job, JobCommand.newBuilder().setEnvelope(Lab.envelope()).build());
    lab.command(here, command -> {});

    assertThat(lab.awaitDeadLetter(Topics.JOBS, job)).contains("does not know");
    assertThat(lab.awaitDeadLetter(Topics.TARGETS, here.toString())).contains("does not know");
  }

  @Test
  void aLostAttemptIsGivenToAnotherAndItsLateResultDoesNotCount() {
    FakeAgent first = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String id = lab.submit(Lab.job(kind));
    Assignment lost = first.assigned();
    first.started(lost);
    first.fallSilent();
    FakeAgent second = patient(FakeAgent.hello(UUID.randomUUID(), "bench2", 2, kind));
    Assignment won = second.assigned();
    assertThat(won.getAttempt()).isEqualTo(2);
    lab.awaitTarget(here, it -> it.getState().name().equals("LOST"));
    first.speak();
    first.acknowledged();
    first.succeeded(lost, "late");
    assertThat(first.acknowledged().getStaleList())
        .singleElement()
        .satisfies(stale -> assertThat(stale.getAttempt()).isEqualTo(1));
    second.succeeded(won, "right");
    JobChanged end = lab.awaitState(id, JobState.SUCCEEDED);
    assertThat(end.getResult().toStringUtf8()).isEqualTo("right");
    assertThat(end.getAttemptsList())
        .extracting(AttemptRecord::getOutcome)
        .containsExactly(AttemptOutcome.ATTEMPT_LOST, AttemptOutcome.ATTEMPT_SUCCEEDED);
  }

  @Test
  void aLostTargetGoesOnToShowSinceWhenNothingWasHeard() {
    patient(FakeAgent.hello(here, "bench1", 2, kind)).fallSilent();
    lab.awaitTarget(here, it -> it.getState().name().equals("LOST"));

    // Longer than any target that is connected can be silent.
    Awaitility.await()
        .until(
            () ->
                metrics.find("inferlab.agent.heartbeat.age").tag("target", here.toString()).gauge(),
            age -> age != null && age.value() > 4);
  }

  @Test
  void aJobThatIsHandedBackGoesElsewhereWithoutLosingAnAttempt() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String id = lab.submit(Lab.job(kind).setMaxAttempts(1));
    agent.handedBack(agent.assigned());
    Assignment again = agent.assigned();
    assertThat(again.getAttempt()).isEqualTo(2);
    agent.succeeded(again, "1");
    lab.awaitState(id, JobState.SUCCEEDED);
  }

  @Test
  void cancelWorksInEveryState() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 1, kind));
    String running = lab.submit(Lab.job(kind));
    Assignment assignment = agent.assigned();
    agent.started(assignment);
    String queued = lab.submit(Lab.job(kind));
    lab.cancel(queued);
    JobChanged end = lab.awaitState(queued, JobState.CANCELLED);
    assertThat(end.getProblem().getDetail()).contains("not needed");
    lab.cancel(running);
    assertThat(agent.toldToStop().getJobId()).isEqualTo(running);
    agent.stopped(assignment);
    lab.awaitState(running, JobState.CANCELLED);
    String early = UUID.randomUUID().toString();
    lab.cancel(early);
    lab.submit(Lab.job(kind).setJobId(early));
    lab.awaitState(early, JobState.CANCELLED);
    String after = lab.submit(Lab.job(kind));
    assertThat(agent.assigned().getJob().getJobId()).isEqualTo(after);
  }

  @Test
  void aJobWhoseSubmitWasLostCanBeCancelledAndStaysSo() {
    String lost = UUID.randomUUID().toString();
    lab.cancel(lost);
    JobChanged end = lab.awaitState(lost, JobState.CANCELLED);
    assertThat(end.getProblem().getCode()).isEqualTo("JOB_CANCELLED");
    assertThat(end.getProblem().getDetail()).contains("not needed");
    lab.submit(Lab.job(kind).setJobId(lost));
    lab.awaitJob(lost, it -> it.getVersion() > end.getVersion());
    assertThat(lab.changes(lost)).extracting(JobChanged::getState).containsOnly(JobState.CANCELLED);
  }

  @Test
  void aCancelledJobWhoseAgentIsGoneEndsWithItsLease() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 1, kind));
    String id = lab.submit(Lab.job(kind));
    agent.assigned();
    agent.cut();
    lab.cancel(id);
    lab.awaitState(id, JobState.CANCELLED);
  }

  @Test
  void partsSurviveALostAttempt() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String id = lab.submit(Lab.job(kind));
    Assignment first = agent.assigned();
    agent.part(first, "point/0", "a");
    agent.part(first, "point/1", "b");
    agent.part(first, "point/1", "b");
    agent.failed(first, ErrorClass.CRASHED, "crash");
    Assignment second = agent.assigned();
    assertThat(second.getCompletedPartsList()).containsExactly("point/0", "point/1");
    assertThat(second.getPartsList())
        .extracting(part -> part.getPayload().toStringUtf8())
        .containsExactly("a", "b");
    agent.part(second, "point/2", "c");
    agent.succeeded(second, "");
    lab.awaitState(id, JobState.SUCCEEDED);
    assertThat(partials(id))
        .extracting(ResultPart::getKey)
        .containsExactly("point/0", "point/1", "point/2");
  }

  private List<ResultPart> partials(String id) {
    List<ResultPart> parts = new ArrayList<>();
    for (Event event : lab.events()) {
      if (event.hasJobPartial() && event.getJobPartial().getJobId().equals(id)) {
        parts.add(event.getJobPartial().getPart());
      }
    }
    return parts;
  }

  @Test
  void progressIsToldAboutOnceASecondAndTheLastIsNotLost() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String id = lab.submit(Lab.job(kind));
    Assignment assignment = agent.assigned();
    for (int i = 0; i <= 100; i++) {
      agent.progress(assignment, i / 100.0);
    }
    agent.progress(assignment, Double.NaN);
    Awaitility.await().until(() -> progress(id).contains(1.0));
    assertThat(progress(id)).hasSizeLessThan(5).isSorted();
    agent.succeeded(assignment, "");
    lab.awaitState(id, JobState.SUCCEEDED);
  }

  private List<Double> progress(String id) {
    return lab.events().stream()
        .filter(it -> it.hasJobProgressed() && it.getJobProgressed().getJobId().equals(id))
        .map(it -> it.getJobProgressed().getProgress().getFraction())
        .toList();
  }

  @Test
  void tellsWhatAJobWaitsForAndRunsItWhenThatComes() {
    String id = lab.submit(Lab.job(kind));
    JobChanged waiting = lab.awaitJob(id, it -> !it.getWaitingFor().isEmpty());
    assertThat(waiting.getState()).isEqualTo(JobState.QUEUED);
    eager(FakeAgent.hello(here, "bench1", 1, kind));
    lab.awaitState(id, JobState.SUCCEEDED);
  }

  @Test
  void aMeasuringJobHasItsDeviceAloneAndItsTurnComes() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    lab.submit(Lab.job(kind));
    Assignment shared = agent.assigned();
    Placement alone = Placement.newBuilder().setDevice("CPU").setExclusive(true).build();
    String measuring = lab.submit(Lab.job(kind).setPlacement(alone));
    lab.awaitJob(measuring, it -> it.getWaitingFor().contains("CPU"));
    lab.submit(Lab.job(kind));
    agent.succeeded(shared, "");
    Assignment next = agent.assigned();
    assertThat(next.getJob().getJobId()).isEqualTo(measuring);
    assertThat(agent.hasAssignment()).isFalse();
    agent.succeeded(next, "");
    agent.succeeded(agent.assigned(), "");
  }
}
