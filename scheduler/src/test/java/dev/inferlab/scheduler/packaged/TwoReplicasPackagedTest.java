package dev.inferlab.scheduler.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.Placement;
import dev.inferlab.scheduler.lab.FakeAgent;
import dev.inferlab.scheduler.lab.Lab;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.infra.InfraProcess;
import dev.inferlab.testkit.infra.TestDatabase;
import dev.inferlab.testkit.kafka.KafkaTopic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two schedulers as they are shipped, one database, one Kafka, agents on both. */
class TwoReplicasPackagedTest {

  private static InfraProcess kafka;
  private static TestDatabase database;
  private static Replica first;
  private static Replica second;
  private static Lab lab;

  private final String kind = "k-" + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    kafka = InfraProcess.startKafka();
    database = Infra.shared().newDatabase();
    first = new Replica("replica-1", kafka.bootstrapServers(), database).ready();
    second = new Replica("replica-2", kafka.bootstrapServers(), database).ready();
    lab = new Lab(kafka.bootstrapServers());
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
    first.close();
    second.close();
    kafka.close();
  }

  @Test
  void jobsGoToAgentsOfBothAndEachRunsOnce() {
    try (FakeAgent left = eager(first, UUID.randomUUID());
        FakeAgent right = eager(second, UUID.randomUUID())) {
      List<String> jobs = submit(400);
      jobs.forEach(id -> lab.awaitState(id, JobState.SUCCEEDED));
      assertThat(FakeAgent.executions(List.of(left, right)))
          .hasSize(400)
          .allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
      assertThat(left.received()).isNotEmpty();
      assertThat(right.received()).isNotEmpty();
    }
  }

  /** Commands come to whichever replica has the partition; agents are where they are. */
  @Test
  void aCancelReachesAnAgentOfAnyReplica() {
    UUID leftId = UUID.randomUUID();
    UUID rightId = UUID.randomUUID();
    try (FakeAgent left = patient(first, leftId);
        FakeAgent right = patient(second, rightId)) {
      for (int i = 0; i < 4; i++) {
        cancelOne(left, leftId);
        cancelOne(right, rightId);
      }
    }
  }

  private void cancelOne(FakeAgent agent, UUID target) {
    Placement there = Placement.newBuilder().setTargetId(target.toString()).build();
    String id = lab.submit(Lab.job(kind).setPlacement(there));
    Assignment assignment = agent.assigned();
    lab.cancel(id);
    assertThat(agent.toldToStop().getJobId()).isEqualTo(id);
    agent.stopped(assignment);
    lab.awaitState(id, JobState.CANCELLED);
  }

  @Test
  void aReplicaThatIsKilledLosesNothing() throws Exception {
    UUID leftId = UUID.randomUUID();
    Replica doomed = new Replica("replica-3", kafka.bootstrapServers(), database).ready();
    FakeAgent before = eager(doomed, leftId);
    try (FakeAgent right = eager(second, UUID.randomUUID())) {
      List<String> jobs = submit(300);
      lab.awaitState(jobs.get(20), JobState.SUCCEEDED);
      doomed.kill();
      before.close();
      try (FakeAgent after = eager(second, leftId)) {
        jobs.addAll(submit(50));
        jobs.forEach(TwoReplicasPackagedTest::checkOneSuccess);
        assertThat(right.received()).isNotEmpty();
        assertThat(after.lost()).isEmpty();
      }
    }
  }

  /** As at a deployment: batches are on their way when the order to stop comes. */
  @Test
  void aReplicaThatIsStoppedInTheMiddleOfBatchesPutsNothingAside() throws Exception {
    List<String> jobs = new ArrayList<>();
    try (FakeAgent right = eager(second, UUID.randomUUID())) {
      for (int round = 0; round < 2; round++) {
        Replica leaving = new Replica("leaving", kafka.bootstrapServers(), database).ready();
        jobs.addAll(submit(200));
        leaving.stop();
        jobs.addAll(submit(50));
      }
      jobs.forEach(TwoReplicasPackagedTest::checkOneSuccess);
      assertThat(right.received()).isNotEmpty();
    }
    KafkaTopic letters = new KafkaTopic(kafka.bootstrapServers(), Topics.deadLetters(Topics.JOBS));
    assertThat(letters.records()).isEmpty();
  }

  @Test
  void withoutKafkaWhatIsQueuedGoesOnAndIsToldLater() {
    try (FakeAgent left = patient(first, UUID.randomUUID())) {
      List<String> jobs = submit(6);
      Assignment running = left.assigned();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> admitted(jobs) == jobs.size());
      kafka.kill();
      try {
        left.succeeded(running, "done without Kafka");
        for (int i = 1; i < jobs.size(); i++) {
          left.succeeded(left.assigned(), "done without Kafka");
        }
        for (int i = 0; i < jobs.size(); i++) {
          assertThat(left.acknowledged().getStaleList()).isEmpty();
        }
      } finally {
        kafka.start();
      }
      jobs.forEach(id -> lab.awaitState(id, JobState.SUCCEEDED));
    }
  }

  private static int admitted(List<String> ids) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement count =
            connection.prepareStatement(
                "select count(*) from scheduler.job where id = any (cast(? as uuid[]))")) {
      count.setArray(1, connection.createArrayOf("text", ids.toArray()));
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private static void checkOneSuccess(String id) {
    JobChanged end = lab.awaitState(id, JobState.SUCCEEDED);
    assertThat(end.getAttemptsList())
        .filteredOn(it -> it.getOutcome() == AttemptOutcome.ATTEMPT_SUCCEEDED)
        .hasSize(1);
  }

  private List<String> submit(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(lab.submit(Lab.job(kind)));
    }
    return ids;
  }

  private FakeAgent eager(Replica replica, UUID id) {
    return FakeAgent.eager(replica.agentPort, FakeAgent.hello(id, "bench", 4, kind)).welcomed();
  }

  private FakeAgent patient(Replica replica, UUID id) {
    return FakeAgent.patient(replica.agentPort, FakeAgent.hello(id, "bench", 4, kind)).welcomed();
  }
}
