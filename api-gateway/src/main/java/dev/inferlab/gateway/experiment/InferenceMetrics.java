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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
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

  private static final int MOST_PROJECTS = 100;
  private static final Map<String, String> PERCENTILES =
      Map.of("0.5", "p50", "0.9", "p90", "0.99", "p99");

  /** A transaction may end so much later than others that began after it. */
  private static final Duration LATE = Duration.ofMinutes(1);

  // Looked for as text: a cast to jsonb fails for good over an event with an escaped NUL in it. In
  // a text's value the quotes would be escaped.
  private static final String LATEST =
      """
      select distinct on (e.project_id) cast(e.project_id as text), l.data,
             cast(extract(epoch from l.created_at) as float8)
      from event_log l join experiment e on e.id = l.experiment_id
      where l.type = 'experiment.partial'
        and l.created_at > now() - make_interval(secs => :seconds)
        and l.data like '%"throughputFps":%'
      order by e.project_id, l.transaction desc, l.id desc
      """;

  private final Database database;
  private final Json json;
  private final InstantSource clock;
  private final Duration shownFor;
  private final MultiGauge throughput;
  private final MultiGauge latency;
  private final CountDownLatch stop = new CountDownLatch(1);
  private List<Figures> shown = List.of();
  private Instant readAt;

  InferenceMetrics(
      Database database,
      Json json,
      InstantSource clock,
      MeterRegistry registry,
      @ConfigProperty(name = "inferlab.inference-metrics.shown-for", defaultValue = "1h")
          Duration shownFor) {
    this.database = database;
    this.shownFor = shownFor;
    this.json = json;
    this.clock = clock;
    throughput =
        MultiGauge.builder("inferlab.inference.throughput.fps")
            .description("Images a second of the point measured last")
            .register(registry);
    latency =
        MultiGauge.builder("inferlab.inference.latency.seconds")
            .description("Time of one inference of the point measured last")
            .register(registry);
  }

  private record Figures(String projectId, String event, Instant measuredAt) {}

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("inference-metrics").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
  }

  private void run() {
    try {
      while (!stop.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
        show(shownAnd(news()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Since the last look, and all that are to be shown at the first one. None while the database is
   * away.
   */
  private List<Figures> news() {
    Instant now = clock.instant();
    Duration since = readAt == null ? shownFor : Duration.between(readAt, now).plus(LATE);
    try {
      List<Figures> news = read(since.compareTo(shownFor) > 0 ? shownFor : since);
      readAt = now;
      return news;
    } catch (RuntimeException e) {
      LOG.debugf(e, "The figures measured last cannot be read now");
      return List.of();
    }
  }

  private List<Figures> read(Duration since) {
    return database
        .inSession(
            session ->
                session
                    .createNativeQuery(LATEST, Object[].class)
                    .setParameter("seconds", since.toSeconds())
                    .getResultList())
        .map(rows -> rows.stream().map(InferenceMetrics::figures).toList())
        .await()
        .indefinitely();
  }

  private static Figures figures(Object[] row) {
    long millis = (long) (((Number) row[2]).doubleValue() * 1000);
    return new Figures((String) row[0], (String) row[1], Instant.ofEpochMilli(millis));
  }

  /** Of each project the latest; of the projects those that were measured last. */
  private List<Figures> shownAnd(List<Figures> news) {
    Map<String, Figures> latest = new HashMap<>();
    shown.forEach(it -> latest.put(it.projectId(), it));
    news.forEach(it -> latest.put(it.projectId(), it));
    Instant oldest = clock.instant().minus(shownFor);
    return latest.values().stream()
        .filter(it -> it.measuredAt().isAfter(oldest))
        .sorted(Comparator.comparing(Figures::measuredAt).reversed())
        .limit(MOST_PROJECTS)
        .toList();
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
