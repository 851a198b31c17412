package dev.inferlab.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.inbox.Effects;
import dev.inferlab.platform.outbox.RelayObserver.Step;
import dev.inferlab.proto.job.v1.CancelJob;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.infra.InfraProcess;
import dev.inferlab.testkit.kafka.KafkaTopic;
import dev.inferlab.testkit.time.ManualClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@QuarkusTest
@WithTestResource(InfraResource.class)
@Execution(ExecutionMode.SAME_THREAD)
class OutboxRelayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Inject Outbox outbox;
  @Inject Database database;
  @Inject Pool pool;
  @Inject Effects effects;
  @Inject Envelopes envelopes;
  private KafkaTopic topic;

  @BeforeEach
  void clear() {
    effects.clear();
    topic = new KafkaTopic(Infra.shared().bootstrapServers(), "t-" + UUID.randomUUID()).create(3);
  }

  @Test
  void publishesWhatWasCommittedInTheOrderOfItsKey() {
    try (OutboxRelay relay = relay(topic, RelayObserver.NONE)) {
      append(0, 40);

      assertThat(relay.pass()).isEqualTo(40);

      assertThat(relay.pass()).isZero();
      assertThat(numbersOnKafka()).isEqualTo(expected(40));
    }
  }

  @Test
  void aCrashBetweenCommitAndPublishLosesNothing() {
    try (OutboxRelay crashing = relay(topic, crashAt(Step.TAKEN))) {
      append(0, 20);
      assertThatThrownBy(crashing::pass).hasMessage("crash");
      assertThat(topic.records()).isEmpty();
    }
    try (OutboxRelay next = relay(topic, RelayObserver.NONE)) {
      assertThat(next.pass()).isEqualTo(20);
    }
    assertThat(topic.records()).hasSize(20);
    consumeAll();
    assertThat(effects.byKey()).isEqualTo(expected(20));
  }

  @Test
  void aCrashBetweenPublishAndDeleteDoublesNoEffect() {
    try (OutboxRelay crashing = relay(topic, crashAt(Step.PUBLISHED))) {
      append(0, 20);
      assertThatThrownBy(crashing::pass).hasMessage("crash");
    }
    append(20, 30);
    try (OutboxRelay next = relay(topic, RelayObserver.NONE)) {
      assertThat(next.pass()).isEqualTo(30);
    }
    assertThat(topic.records()).hasSize(50);
    consumeAll();
    assertThat(effects.byKey()).isEqualTo(expected(30));
  }

  @Test
  void aLostDatabaseConnectionBeforeTheDeleteDoublesNoEffect() {
    RelayObserver cutConnection =
        step -> {
          if (step == Step.PUBLISHED) {
            database
                .inSession(
                    session ->
                        session
                            .createNativeQuery(
                                "select cast(pg_terminate_backend(pid) as text) from pg_locks"
                                    + " where locktype = 'advisory' and granted"
                                    + " and database = (select oid from pg_database where datname = current_database())",
                                String.class)
                            .getResultList())
                .await()
                .indefinitely();
          }
        };
    append(0, 20);
    try (OutboxRelay cut = relay(topic, cutConnection)) {
      assertThatThrownBy(cut::pass).isInstanceOf(RuntimeException.class);
    }
    try (OutboxRelay next = relay(topic, RelayObserver.NONE)) {
      assertThat(next.pass()).isEqualTo(20);
    }
    assertThat(topic.records()).hasSize(40);
    consumeAll();
    assertThat(effects.byKey()).isEqualTo(expected(20));
  }

  @Test
  void whatKafkaRefusesIsNotOvertakenAndHoldsUpItsKeyOnly() {
    int count = 4 * OutboxRelay.BATCH;
    OutboxMessage first = largeMessage("k0", 0);
    outbox.inTransaction(session -> outbox.append(session, first)).await().indefinitely();
    append(1, count);
    Map<String, List<Integer>> others = expected(count);
    int held = others.remove("k0").size();
    try (OutboxRelay relay = relayForRecordsUpTo(10_000)) {
      assertThatThrownBy(relay::pass).isInstanceOf(PublishFailedException.class);
      int left = (int) waiting() - held;
      assertThat(left).as("the rest went").isBetween(1, count - held - 1);

      int published = 0;
      for (int pass = relay.pass(); pass > 0; pass = relay.pass()) {
        published += pass;
      }

      assertThat(published).isEqualTo(left);
      assertThat(numbersOnKafka()).isEqualTo(others);
      assertThat(waiting()).isEqualTo(held);
    }
    try (OutboxRelay relay = relay(topic, RelayObserver.NONE)) {
      assertThat(relay.pass()).isEqualTo(held);
    }
    assertThat(numbersOnKafka()).isEqualTo(expected(count));
  }

  @Test
  void aTopicThatIsNotThereHoldsUpNoOther() {
    List<String> missing = List.of("no-such-topic", "it's no topic");
    List<OutboxMessage> stuck =
        IntStream.range(0, OutboxRelay.BATCH + 100)
            .mapToObj(number -> effects.message(missing.get(number % 2), "k" + number, number))
            .toList();
    outbox.inTransaction(session -> outbox.append(session, stuck)).await().indefinitely();
    append(0, 40);
    OutboxLag lag = new OutboxLag(new ManualClock(), new SimpleMeterRegistry(), "test");
    try (OutboxRelay relay =
        relay(topic, RelayObserver.NONE, new RelayWake(), lag, Duration.ofSeconds(30))) {
      relay.start();
      await().atMost(PATIENCE).until(() -> waiting() == stuck.size());
      assertThat(lag.trouble()).isPresent();

      append(40, 80);
      await().atMost(PATIENCE).until(() -> waiting() == stuck.size());
    }
    assertThat(numbersOnKafka()).isEqualTo(expected(80));
  }

  @Test
  void aRelayThatFreezesGivesWayToAnother() {
    append(0, 20);
    RelayObserver frozen =
        step -> {
          if (step == Step.TAKEN) {
            try (OutboxRelay other = relay(topic, RelayObserver.NONE)) {
              assertThat(other.pass()).isEqualTo(20);
            }
          }
        };
    try (OutboxRelay relay = relay(topic, frozen, Duration.ofMillis(200))) {
      assertThatThrownBy(relay::pass).isInstanceOf(RuntimeException.class);
    }
    assertThat(waiting()).isZero();
    consumeAll();
    assertThat(effects.byKey()).isEqualTo(expected(20));
  }

  @Test
  void crashesAtRandomStepsLoseAndDoubleNothing() {
    long seed = 20261122;
    Random random = new Random(seed);
    int appended = 0;
    int crashes = 0;
    for (int round = 0; round < 30; round++) {
      int more = 1 + random.nextInt(20);
      append(appended, appended + more);
      appended += more;
      RelayObserver observer =
          switch (random.nextInt(3)) {
            case 0 -> crashAt(Step.TAKEN);
            case 1 -> crashAt(Step.PUBLISHED);
            default -> RelayObserver.NONE;
          };
      try (OutboxRelay relay = relay(topic, observer)) {
        relay.pass();
      } catch (IllegalStateException crash) {
        crashes++;
      }
      if (random.nextBoolean()) {
        consumeAll();
      }
    }
    try (OutboxRelay last = relay(topic, RelayObserver.NONE)) {
      last.pass();
    }
    consumeAll();

    assertThat(crashes).isGreaterThan(10);
    assertThat(effects.byKey()).as("seed %d", seed).isEqualTo(expected(appended));
  }

  @Test
  void twoRelaysAtOncePublishEachMessageOnceAndInOrder() throws Exception {
    int each = 300;
    try (OutboxRelay one = relay(topic, RelayObserver.NONE);
        OutboxRelay other = relay(topic, RelayObserver.NONE);
        ExecutorService writers = Executors.newFixedThreadPool(4)) {
      one.start();
      other.start();
      List<Future<?>> writing = new ArrayList<>();
      for (String key : List.of("k0", "k1", "k2", "k3")) {
        writing.add(
            writers.submit(
                () -> {
                  for (int number = 0; number < each; number++) {
                    append(key, number);
                  }
                }));
      }
      for (Future<?> done : writing) {
        done.get();
      }
      await().atMost(PATIENCE).until(() -> waiting() == 0);
    }
    assertThat(topic.records()).hasSize(4 * each);
    assertThat(numbersOnKafka().values())
        .allSatisfy(
            numbers -> assertThat(numbers).isEqualTo(IntStream.range(0, each).boxed().toList()));
  }

  @Test
  void withKafkaAwayMessagesAreAcceptedAndFollowLater() {
    try (InfraProcess kafka = InfraProcess.startKafka()) {
      topic = new KafkaTopic(kafka.bootstrapServers(), "away").create(3);
      ManualClock clock = new ManualClock(java.time.Instant.now());
      OutboxLag lag = new OutboxLag(clock, new SimpleMeterRegistry(), "test");
      RelayWake wake = new RelayWake();
      try (OutboxRelay relay =
          relay(topic, RelayObserver.NONE, wake, lag, Duration.ofSeconds(30))) {
        relay.start();
        append(0, 8);
        wake.wake();
        await().atMost(PATIENCE).until(() -> waiting() == 0);

        kafka.kill();
        append(8, 16);
        wake.wake();
        await().atMost(PATIENCE).until(() -> lag.trouble().isPresent());
        append(16, 24);
        assertThat(waiting()).isEqualTo(16);
        clock.advance(Duration.ofMinutes(1));
        assertThat(lag.age()).isGreaterThan(Duration.ofSeconds(55));

        kafka.start();
        await().atMost(PATIENCE).until(() -> waiting() == 0);
        await().atMost(PATIENCE).until(() -> lag.trouble().isEmpty());
        assertThat(lag.age()).isZero();
      }
      consumeAll();
      assertThat(effects.byKey()).isEqualTo(expected(24));
    }
  }

  @Test
  void worksOffABacklogInFullBatches() {
    int backlog = 10 * OutboxRelay.BATCH;
    for (int from = 0; from < backlog; from += 1000) {
      append(from, from + 1000);
    }
    List<Step> steps = new ArrayList<>();
    try (OutboxRelay relay = relay(topic, steps::add)) {
      long start = System.nanoTime();
      int published = 0;
      for (int pass = relay.pass(); pass > 0; pass = relay.pass()) {
        published += pass;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "relay: %d messages in %.2f s, %.0f/s%n", published, seconds, published / seconds);
      assertThat(published).isEqualTo(backlog);
    }
    assertThat(steps.stream().filter(Step.TAKEN::equals)).hasSize(10);
  }

  private OutboxRelay relay(KafkaTopic target, RelayObserver observer) {
    return relay(target, observer, Duration.ofSeconds(30));
  }

  private OutboxRelay relay(KafkaTopic target, RelayObserver observer, Duration idle) {
    OutboxLag lag = new OutboxLag(new ManualClock(), new SimpleMeterRegistry(), "test");
    return relay(target, observer, new RelayWake(), lag, idle);
  }

  private OutboxRelay relay(
      KafkaTopic target, RelayObserver observer, RelayWake wake, OutboxLag lag, Duration idle) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", target.bootstrapServers());
    return relay(kafka, observer, wake, lag, idle);
  }

  private OutboxRelay relayForRecordsUpTo(int bytes) {
    return relay(
        Map.of("bootstrap.servers", topic.bootstrapServers(), "max.request.size", bytes),
        RelayObserver.NONE,
        new RelayWake(),
        new OutboxLag(new ManualClock(), new SimpleMeterRegistry(), "test"),
        Duration.ofSeconds(30));
  }

  private OutboxRelay relay(
      Map<String, Object> kafka,
      RelayObserver observer,
      RelayWake wake,
      OutboxLag lag,
      Duration idle) {
    KafkaPublisher publisher = new KafkaPublisher(kafka, "relay-test", Duration.ofSeconds(5));
    OutboxTable table = new OutboxTable(pool, idle);
    return new OutboxRelay(table, wake, Duration.ZERO, publisher, observer, lag);
  }

  private static RelayObserver crashAt(Step step) {
    return reached -> {
      if (reached == step) {
        throw new IllegalStateException("crash");
      }
    };
  }

  /** Number n goes to key n mod 4. */
  private void append(int from, int to) {
    List<OutboxMessage> messages =
        IntStream.range(from, to)
            .mapToObj(number -> effects.message(topic.name(), "k" + number % 4, number))
            .toList();
    outbox.inTransaction(session -> outbox.append(session, messages)).await().indefinitely();
  }

  private void append(String key, int number) {
    OutboxMessage message = effects.message(topic.name(), key, number);
    outbox.inTransaction(session -> outbox.append(session, message)).await().indefinitely();
  }

  private OutboxMessage largeMessage(String key, int number) {
    JobCommand command =
        JobCommand.newBuilder()
            .setEnvelope(envelopes.next().toBuilder().setTraceParent("x".repeat(100_000)))
            .setCancel(CancelJob.newBuilder().setJobId(key).setReason(Integer.toString(number)))
            .build();
    return new OutboxMessage(UUID.randomUUID(), topic.name(), key, "", command.toByteString());
  }

  private static Map<String, List<Integer>> expected(int count) {
    Map<String, List<Integer>> numbers = new TreeMap<>();
    for (int number = 0; number < count; number++) {
      numbers.computeIfAbsent("k" + number % 4, key -> new ArrayList<>()).add(number);
    }
    return numbers;
  }

  private Map<String, List<Integer>> numbersOnKafka() {
    Map<String, List<Integer>> numbers = new TreeMap<>();
    for (var command : topic.messages(JobCommand.parser())) {
      numbers
          .computeIfAbsent(command.getCancel().getJobId(), key -> new ArrayList<>())
          .add(Integer.valueOf(command.getCancel().getReason()));
    }
    return numbers;
  }

  private void consumeAll() {
    effects.consume(topic.records()).await().indefinitely();
  }

  private long waiting() {
    return database
        .inSession(
            session ->
                session
                    .createNativeQuery("select count(*) from outbox", Long.class)
                    .getSingleResult())
        .await()
        .indefinitely();
  }
}
