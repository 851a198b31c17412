package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * No-op jobs through the whole platform: four targets, each with a project, and one event stream.
 */
final class NoopLab implements AutoCloseable {
  static final int AGENTS = 4;
  static final int SLOTS = 100;
  private static final int BATCH = 100;
  private static final int SUBMITTERS = 4;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Lab lab;
  private final LabClient client;
  private final InstantSource clock;
  private final Progress progress;
  private final Deliveries deliveries;
  private final List<NoopAgent> agents = new ArrayList<>();
  private final List<String> projects = new ArrayList<>();
  private final EventStream events;
  private final AtomicInteger turn = new AtomicInteger();
  private long expected;

  NoopLab(Lab lab, LabClient client, String modelId, InstantSource clock, Progress progress)
      throws Exception {
    this.lab = lab;
    this.progress = progress;
    this.client = client;
    this.clock = clock;
    this.deliveries = new Deliveries(clock);
    this.events = EventStream.open(client, deliveries);
    for (int i = 1; i <= AGENTS; i++) {
      String id = timeOrderedId().toString();
      NoopAgent agent = new NoopAgent(id, "127.0.0.1", lab.schedulerGrpcPort(), deliveries);
      agents.add(agent);
      agent.connect("bench-" + i, SLOTS, List.of("noop"));
      projects.add(client.project(modelId, client.awaitTarget("bench-" + i)));
    }
  }

  /** What one backlog gave, in jobs a second. */
  record Backlog(double submitted, double workedOff) {}

  /**
   * Drains the targets, submits the jobs in batches, opens the targets again, and measures from
   * then until the last success was seen by a client.
   */
  Backlog backlog(int jobs) throws Exception {
    progress.detail(() -> ", draining the targets");
    drain(true);
    progress.detail(() -> ", submitting");
    long submitStart = System.nanoTime();
    submitAll(jobs);
    double submitted = jobs / seconds(submitStart);
    progress.detail(() -> ", waiting for the scheduler to hold all jobs");
    awaitQueued(jobs);
    long start = System.nanoTime();
    drain(false);
    expected += jobs;
    progress.detail(() -> ", %,d of %,d jobs have ended".formatted(deliveries.ended(), expected));
    deliveries.awaitEnded(expected, PATIENCE);
    return new Backlog(submitted, jobs / seconds(start));
  }

  /** Latencies of single submits at a steady rate. */
  record Steady(Latencies submit, Latencies dispatch, Latencies end) {}

  Steady steady(SteadyLoad load) throws Exception {
    Latencies submit = new Latencies();
    ConcurrentMap<String, Instant> sent = new ConcurrentHashMap<>();
    ConcurrentMap<Integer, Exception> failures = new ConcurrentHashMap<>();
    load.run(
        (index, due) -> {
          try {
            Instant start = clock.instant().minusNanos(System.nanoTime() - due);
            String id = client.submit(noop());
            submit.record(System.nanoTime() - due);
            sent.put(id, start);
          } catch (Exception e) {
            failures.put(index, e);
          }
        });
    if (!failures.isEmpty()) {
      throw new IllegalStateException(
          failures.size() + " submits failed", failures.values().iterator().next());
    }
    expected += sent.size();
    progress.detail(() -> ", %,d of %,d jobs have ended".formatted(deliveries.ended(), expected));
    deliveries.awaitEnded(expected, PATIENCE);
    return new Steady(submit, deliveries.dispatch(commits(sent.keySet())), deliveries.ends(sent));
  }

  /** Fails if any job was given out twice or taken back. */
  void requireEachOnce() {
    long stale = agents.stream().mapToLong(NoopAgent::stale).sum();
    if (deliveries.repeated() > 0 || stale > 0) {
      throw new IllegalStateException(
          deliveries.repeated() + " jobs were given out twice, " + stale + " were taken back");
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (NoopAgent agent : agents) {
      agent.close();
    }
    events.close();
  }

  private ObjectNode noop() {
    ObjectNode experiment = LabClient.JSON.createObjectNode();
    experiment.put("projectId", projects.get(turn.getAndIncrement() % AGENTS));
    experiment.put("kind", "noop");
    experiment.putObject("options");
    return experiment;
  }

  private void submitAll(int jobs) throws Exception {
    List<Future<?>> submits = new ArrayList<>();
    try (ExecutorService submitters = Executors.newFixedThreadPool(SUBMITTERS)) {
      for (int i = 0; i < jobs; i += BATCH) {
        List<ObjectNode> batch = new ArrayList<>();
        for (int j = i; j < Math.min(jobs, i + BATCH); j++) {
          batch.add(noop());
        }
        submits.add(submitters.submit(() -> client.submitBatch(batch)));
      }
    }
    for (Future<?> submit : submits) {
      submit.get();
    }
  }

  private void drain(boolean drain) throws Exception {
    for (NoopAgent agent : agents) {
      client.post(
          "targets/" + agent.targetId() + (drain ? "/drain" : "/undrain"),
          LabClient.JSON.createObjectNode(),
          Set.of(200, 202, 204));
    }
    if (drain) {
      for (NoopAgent agent : agents) {
        client.await(
            "targets/" + agent.targetId(),
            (JsonNode target) -> target.path("state").asText().equals("DRAINED"));
      }
    }
  }

  /** Until the scheduler holds every job: the backlog is then the scheduler's, not Kafka's. */
  private void awaitQueued(int jobs) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Connection connection = lab.connect();
        PreparedStatement count =
            connection.prepareStatement(
                "select count(*) from scheduler.job where state = 'QUEUED'")) {
      while (System.nanoTime() < deadline) {
        try (ResultSet row = count.executeQuery()) {
          row.next();
          if (row.getLong(1) >= jobs) {
            return;
          }
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
    throw new IllegalStateException("The scheduler did not take over the jobs");
  }

  /** When PostgreSQL committed the submits, by its own record. */
  private Map<String, Instant> commits(Set<String> experiments) throws SQLException {
    Map<String, Instant> commits = new HashMap<>();
    try (Connection connection = lab.connect();
        PreparedStatement query =
            connection.prepareStatement(
                """
                select experiment_id::text, min(pg_xact_commit_timestamp(xmin))
                from gateway.event_log
                where experiment_id = any (cast(? as uuid[])) and type = 'experiment.state'
                group by experiment_id
                """)) {
      query.setArray(1, connection.createArrayOf("text", experiments.toArray()));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          commits.put(rows.getString(1), rows.getTimestamp(2).toInstant());
        }
      }
    }
    if (commits.size() != experiments.size()) {
      throw new IllegalStateException("The database does not know the commits of all submits");
    }
    return commits;
  }

  /** A UUID of version 7, as the protocol wants targets to be named. */
  private UUID timeOrderedId() {
    UUID random = UUID.randomUUID();
    long high = (clock.millis() << 16) | 0x7000 | (random.getMostSignificantBits() & 0xFFF);
    return new UUID(high, random.getLeastSignificantBits());
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
