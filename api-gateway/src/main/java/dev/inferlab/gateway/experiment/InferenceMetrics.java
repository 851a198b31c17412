package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.db.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The latest figures of the projects that were measured last; the number of series is bounded. They
 * come from the event log, so that every replica shows the same: one that kept only what it
 * recorded itself would go on showing a figure after another replica recorded a later one.
 */
@ApplicationScoped
class InferenceMetrics {
  private static final Logger LOG = Logger.getLogger(InferenceMetrics.class);

  /** No longer than Prometheus waits between two scrapes. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Longer than a point usually takes, so that a sweep's series has no gaps. */
  private static final Duration SHOWN = Duration.ofHours(1);

  private static final int MOST_PROJECTS = 100;
  private static final Map<String, String> PERCENTILES =
      Map.of("0.5", "p50", "0.9", "p90", "0.99", "p99");

  // Looked for as text: a cast to jsonb fails for good over an event with an escaped NUL in it. In
  // a text's value the quotes would be escaped.
  private static final String LATEST =
      """
      select project_id, data from (
        select distinct on (e.project_id)
               cast(e.project_id as text) as project_id, l.data, l.transaction, l.id
        from event_log l join experiment e on e.id = l.experiment_id
        where l.type = 'experiment.partial'
          and l.created_at > now() - make_interval(secs => :seconds)
          and l.data like '%"throughputFps":%'
        order by e.project_id, l.transaction desc, l.id desc) as latest
      order by transaction desc, id desc limit :most
      """;

  private final Database database;
  private final Json json;
  private final MultiGauge throughput;
  private final MultiGauge latency;
  private final CountDownLatch stop = new CountDownLatch(1);
  private List<Figures> shown = List.of();

  InferenceMetrics(Database database, Json json, MeterRegistry registry) {
    this.database = database;
    this.json = json;
    throughput =
        MultiGauge.builder("inferlab.inference.throughput.fps")
            .description("Images a second of the point measured last")
            .register(registry);
    latency =
        MultiGauge.builder("inferlab.inference.latency.seconds")
            .description("Time of one inference of the point measured last")
            .register(registry);
  }

  private record Figures(String projectId, String event) {}

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("inference-metrics").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
  }

  private void run() {
    try {
      while (!stop.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
        try {
          show(latest());
        } catch (RuntimeException e) {
          LOG.debugf(e, "The figures measured last cannot be read now");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Figures> latest() {
    return database
        .inSession(
            session ->
                session
                    .createNativeQuery(LATEST, Object[].class)
                    .setParameter("seconds", SHOWN.toSeconds())
                    .setParameter("most", MOST_PROJECTS)
                    .getResultList())
        .map(
            rows ->
                rows.stream().map(row -> new Figures((String) row[0], (String) row[1])).toList())
        .await()
        .indefinitely();
  }

  private void show(List<Figures> figures) {
    if (figures.equals(shown)) {
      return; // a series is away for a moment while it is set anew
    }
    List<MultiGauge.Row<?>> throughputs = new ArrayList<>();
    List<MultiGauge.Row<?>> latencies = new ArrayList<>();
    for (Figures of : figures) {
      Tags project = Tags.of("project", of.projectId());
      JsonNode point = json.tree(of.event()).path("point");
      throughputs.add(MultiGauge.Row.of(project, point.path("throughputFps").asDouble()));
      PERCENTILES.forEach(
          (quantile, field) ->
              latencies.add(
                  MultiGauge.Row.of(
                      project.and("quantile", quantile),
                      point.path("latencyMs").path(field).asDouble() / 1000)));
    }
    throughput.register(throughputs, true);
    latency.register(latencies, true);
    shown = figures;
  }
}
