package dev.inferlab.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.Started;
import dev.inferlab.proto.agent.v1.Succeeded;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.agent.v1.UpdatesAck;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.AttemptRecord;
import dev.inferlab.proto.job.v1.DrainTarget;
import dev.inferlab.proto.job.v1.ForgetTarget;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.LabelTarget;
import dev.inferlab.proto.job.v1.Placement;
import dev.inferlab.proto.job.v1.Resources;
import dev.inferlab.proto.job.v1.TargetChanged;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.proto.job.v1.UndrainTarget;
import dev.inferlab.scheduler.lab.ComponentTest;
import dev.inferlab.scheduler.lab.FakeAgent;
import dev.inferlab.scheduler.lab.Lab;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Agents that come, go, come again, or mean no good. */
@QuarkusTest
class AgentStreamTest extends ComponentTest {

  @Inject Database database;
  @Inject Pool pool;
  private final UUID here = UUID.randomUUID();
  private final String kind = kind();

  @Test
  void anAgentComesBackWithWhatItStillRuns() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    String kept = lab.submit(Lab.job(kind));
    Assignment assignment = agent.assigned();
    agent.started(assignment);
    agent.acknowledged();
    agent.cut();
    agent.ended();
    agent.connect().welcomed();
    assertThat(agent.lost()).isEmpty();
    agent.succeeded(assignment, "still here");
    assertThat(lab.awaitState(kept, JobState.SUCCEEDED).getAttempt()).isEqualTo(1);
  }

  @Test
  void aLaterStreamTakesTheTargetOver() {
    FakeAgent old = patient(FakeAgent.hello(here, "bench1", 2, kind));
    FakeAgent fresh = eager(FakeAgent.hello(here, "bench1", 2, kind));
    assertThat(old.ended()).isEqualTo("completed");
    assertThat(old.refusals())
        .singleElement()
        .satisfies(it -> assertThat(it.getCode()).isEqualTo("AGENT_IDENTITY_IN_USE"));
    String id = lab.submit(Lab.job(kind));
    lab.awaitState(id, JobState.SUCCEEDED);
    assertThat(fresh.received()).hasSize(1);
    assertThat(old.received()).isEmpty();
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    FakeAgent newer =
        keep(FakeAgent.patient(port(), FakeAgent.hello(here, "bench1", 1, kind).setProtocol(2)));
    assertThat(newer.refused().getCode()).isEqualTo("AGENT_PROTOCOL_UNSUPPORTED");
    FakeAgent odd = keep(FakeAgent.patient(port(), FakeAgent.hello(here, "bench1", -1, kind)));
    assertThat(odd.refused().getCode()).isEqualTo("AGENT_HELLO_INVALID");
    FakeAgent nameless =
        keep(
            FakeAgent.patient(
                port(), FakeAgent.hello(here, "x", 1, kind).setTargetId("../../etc/passwd")));
    assertThat(nameless.refused().getDetail()).contains("target_id");
  }

  @Test
  void tellsTheStatesOfATarget() {
    FakeAgent agent = patient(FakeAgent.hello(here, "bench1", 2, kind));
    TargetChanged online = lab.awaitTarget(here, it -> it.getState() == TargetState.ONLINE);
    assertThat(online.getName()).isEqualTo("bench1");
    assertThat(online.getDevicesList()).hasSize(1);
    assertThat(online.getJobKindsList()).containsExactly(kind);
    String id = lab.submit(Lab.job(kind));
    Assignment running = agent.assigned();
    lab.command(here, it -> it.setDrain(DrainTarget.getDefaultInstance()));
    lab.awaitTarget(here, it -> it.getState() == TargetState.DRAINING);
    assertThat(agent.drainedOrNot()).isTrue();
    String waiting = lab.submit(Lab.job(kind));
    agent.succeeded(running, "");
    lab.awaitState(id, JobState.SUCCEEDED);
    lab.awaitTarget(here, it -> it.getState() == TargetState.DRAINED);
    lab.awaitJob(waiting, it -> it.getWaitingFor().contains("draining"));
    lab.command(here, it -> it.setUndrain(UndrainTarget.getDefaultInstance()));
    assertThat(agent.drainedOrNot()).isFalse();
    agent.succeeded(agent.assigned(), "");
    lab.awaitState(waiting, JobState.SUCCEEDED);
    agent.goodbye();
    lab.awaitTarget(here, it -> it.getState() == TargetState.OFFLINE);
    lab.command(here, it -> it.setForget(ForgetTarget.getDefaultInstance()));
    lab.awaitTarget(here, TargetChanged::getForgotten);
  }

  @Test
  void whatCrossesAGoodbyeIsHandedBackAtOnceAndCostsNoAttempt() {
    FakeAgent leaving = patient(FakeAgent.hello(here, "bench1", 1, kind));
    String id = lab.submit(Lab.job(kind).setMaxAttempts(1));
    leaving.assigned();
    leaving.goodbye();
    lab.awaitJob(
        id,
        it ->
            it.getState() == JobState.QUEUED
                && it.getAttemptsList().stream()
                    .anyMatch(each -> each.getOutcome() == AttemptOutcome.ATTEMPT_HANDED_BACK));
    eager(FakeAgent.hello(UUID.randomUUID(), "bench2", 1, kind));
    lab.awaitState(id, JobState.SUCCEEDED);
  }

  @Test
  void aStreamThatSaidGoodbyeEndsWhenAllIsHandedBack() {
    FakeAgent leaving = patient(FakeAgent.hello(here, "bench1", 1, kind));
    String id = lab.submit(Lab.job(kind));
    leaving.assigned();
    try (TargetLock _ = new TargetLock()) {
      leaving.goodbye();
      // What takes the scheduler longer than to end a stream.
      patient(FakeAgent.hello(UUID.randomUUID(), "bench2", 1, kind()));
      assertThat(leaving.hasEnded()).as("before its goodbye is stored").isFalse();
    }
    assertThat(leaving.ended()).isEqualTo("completed");
    assertThat(leases(id)).isZero();
  }

  /** Nothing of the target can be stored. */
  private final class TargetLock implements AutoCloseable {
    private final SqlConnection connection = get(pool.getConnection());

    TargetLock() {
      ask("begin; select 1 from target where id = '%s' for update".formatted(here));
    }

    private void ask(String sql) {
      get(connection.query(sql).execute());
    }

    private static <T> T get(Future<T> answer) {
      return answer.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
      ask("rollback");
      get(connection.close());
    }
  }

  private long leases(String jobId) {
    return database
        .inSession(
            session ->
                SingleColumn.number(
                    session,
                    "select count(*) from lease where job_id = cast(:id as uuid)",
                    Map.of("id", jobId)))
        .await()
        .indefinitely();
  }

  @Test
  void aGoodbyeDoesNotSpeakForAnEarlierProcessThatDied() {
    FakeAgent dying = patient(FakeAgent.hello(here, "bench1", 1, kind));
    String id = lab.submit(Lab.job(kind).setMaxAttempts(1));
    dying.assigned();
    dying.cut();
    dying.ended();
    patient(FakeAgent.hello(here, "bench1", 1, kind)).goodbye();
    assertThat(lab.awaitState(id, JobState.FAILED).getAttemptsList())
        .extracting(AttemptRecord::getOutcome)
        .containsExactly(AttemptOutcome.ATTEMPT_LOST);
  }

  @Test
  void anAgentThatStopsGetsNothingMore() {
    FakeAgent stopping = patient(FakeAgent.hello(here, "bench1", 2, kind));
    lab.submit(Lab.job(kind));
    Assignment finishing = stopping.assigned();
    stopping.stopping();
    String next = lab.submit(Lab.job(kind));
    lab.awaitJob(next, it -> !it.getWaitingFor().isEmpty());
    stopping.succeeded(finishing, "in its grace");
    lab.awaitState(finishing.getJob().getJobId(), JobState.SUCCEEDED);
    eager(FakeAgent.hello(UUID.randomUUID(), "bench2", 1, kind));
    assertThat(lab.awaitState(next, JobState.SUCCEEDED).getAttempt()).isEqualTo(1);
    assertThat(stopping.received()).hasSize(1);
  }

  @Test
  void usersGiveLabelsAndJobsAskForThem() {
    FakeAgent agent = eager(FakeAgent.hello(here, "bench1", 2, kind).putLabels("cpu", "amx"));
    Placement wanted =
        Placement.newBuilder().putLabels("room", "a").putLabels("cpu", "amx").build();
    String id = lab.submit(Lab.job(kind).setPlacement(wanted));
    lab.awaitJob(id, it -> it.getWaitingFor().contains("room=a"));
    assertThat(agent.received()).isEmpty();
    lab.command(here, it -> it.setLabel(LabelTarget.newBuilder().putLabels("room", "a")));
    lab.awaitState(id, JobState.SUCCEEDED);
  }

  @Test
  void anAgentGainsNothingByLying() {
    FakeAgent honest = patient(FakeAgent.hello(here, "honest", 2, kind));
    String id = lab.submit(Lab.job(kind));
    Assignment assignment = honest.assigned();
    FakeAgent liar = patient(FakeAgent.hello(UUID.randomUUID(), "liar", 2, kind()));
    liar.succeeded(assignment, "mine");
    UpdatesAck ack = liar.acknowledged();
    assertThat(ack.getStaleList()).hasSize(1);
    liar.sendRaw(
        AgentMessage.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder()
                    .setResources(Resources.newBuilder().setCpuLoad(Double.NaN).setOs("a\0b")))
            .build());
    liar.sendRaw(
        AgentMessage.newBuilder()
            .setUpdates(
                Updates.newBuilder()
                    .setSequence(7)
                    .addUpdates(Update.newBuilder().setJobId("'; drop table job; --"))
                    .addUpdates(
                        Update.newBuilder()
                            .setJobId(UUID.randomUUID().toString())
                            .setStarted(Started.getDefaultInstance())))
            .build());
    assertThat(liar.acknowledged().getSequence()).isEqualTo(8);
    honest.succeeded(assignment, "honest work");
    assertThat(lab.awaitState(id, JobState.SUCCEEDED).getResult().toStringUtf8())
        .isEqualTo("honest work");
  }

  @Test
  void aMessageThatIsTooLargeEndsItsStreamOnly() {
    FakeAgent large = patient(FakeAgent.hello(UUID.randomUUID(), "large", 2, kind()));
    eager(FakeAgent.hello(here, "small", 2, kind));
    large.sendRaw(
        AgentMessage.newBuilder()
            .setUpdates(
                Updates.newBuilder()
                    .setSequence(1)
                    .addUpdates(
                        Update.newBuilder()
                            .setJobId(UUID.randomUUID().toString())
                            .setSucceeded(
                                Succeeded.newBuilder()
                                    .setResult(ByteString.copyFrom(new byte[5 << 20])))))
            .build());
    assertThat(large.ended()).isNotEmpty();
    lab.awaitState(lab.submit(Lab.job(kind)), JobState.SUCCEEDED);
  }

  @Test
  void aFloodOfUpdatesDelaysNobodyElse() {
    FakeAgent flood = patient(FakeAgent.hello(UUID.randomUUID(), "flood", 2, kind()));
    eager(FakeAgent.hello(here, "calm", 2, kind));
    Updates.Builder many = Updates.newBuilder().setSequence(1);
    for (int i = 0; i < 10_000; i++) {
      many.addUpdates(
          Update.newBuilder()
              .setJobId(new UUID(0, i).toString())
              .setAttempt(1)
              .setStarted(Started.getDefaultInstance()));
    }
    for (int i = 0; i < 20; i++) {
      flood.sendRaw(AgentMessage.newBuilder().setUpdates(many).build());
    }
    for (int i = 0; i < 10; i++) {
      lab.awaitState(lab.submit(Lab.job(kind)), JobState.SUCCEEDED);
    }
  }
}
