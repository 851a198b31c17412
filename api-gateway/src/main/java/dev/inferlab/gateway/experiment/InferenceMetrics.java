package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
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

  private static final Map<String, String> PERCENTILES =
      Map.of("0.5", "p50", "0.9", "p90", "0.99", "p99");

  // Looked for as text: a cast to jsonb fails for good over an event with an escaped NUL in it. In
  // a text's value the quotes would be escaped.
  private static final String LATEST =
      """
      select distinct on (e.project_id) cast(e.project_id as text), cast(e.id as text), l.data,
             cast(extract(epoch from l.created_at) as float8)
      from event_log l join experiment e on e.id = l.experiment_id
      where l.type = 'experiment.partial'
        and l.created_at > now() - make_interval(secs => :seconds)
        and l.data like '%"throughputFps":%'
      order by e.project_id, l.transaction desc, l.id desc
      """;

  private static final String THERE =
      "select count(*) from experiment where id = any(cast(cast(:experiments as text) as uuid[]))";

  private final Database database;
  private final Json json;
  private final InstantSource clock;
  private final Duration shownFor;
  private final MultiGauge throughput;
  private final MultiGauge latency;
  private final CountDownLatch stop = new CountDownLatch(1);
  private LatestFigures latest;
  private List<LatestFigures.Figures> shown = List.of();

  InferenceMetrics(
      Database database,
      Json json,
      InstantSource clock,
      MeterRegistry registry,
      @ConfigProperty(name = "inferlab.inference-metrics.shown-for", defaultValue = "1h")
          Duration shownFor) {
    this.database = database;
    this.shownFor = shownFor;
    latest = LatestFigures.none(shownFor);
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

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("inference-metrics").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
  }

  private void run() {
    try {
      while (!stop.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      Instant now = clock.instant();
      if (!areAllThere(latest.figures())) {
        latest = LatestFigures.none(shownFor);
      }
      latest = latest.with(read(latest.unread(now)), now);
      show(latest.figures());
    } catch (RuntimeException e) {
      LOG.debugf(e, "The figures measured last cannot be read now");
    }
  }

  private boolean areAllThere(List<LatestFigures.Figures> figures) {
    String[] experiments =
        figures.stream().map(LatestFigures.Figures::experimentId).distinct().toArray(String[]::new);
    return experiments.length == 0
        || database
                .inSession(
                    session ->
                        SingleColumn.number(
                            session,
                            THERE,
                            Map.of("experiments", "{" + String.join(",", experiments) + "}")))
                .await()
                .indefinitely()
            == experiments.length;
  }

  private List<LatestFigures.Figures> read(Duration since) {
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

  private static LatestFigures.Figures figures(Object[] row) {
    long millis = (long) (((Number) row[3]).doubleValue() * 1000);
    return new LatestFigures.Figures(
        (String) row[0], (String) row[1], (String) row[2], Instant.ofEpochMilli(millis));
  }

  private void show(List<LatestFigures.Figures> figures) {
    if (figures.equals(shown)) {
      return; // a series is away for a moment while it is set anew
    }
    List<MultiGauge.Row<?>> throughputs = new ArrayList<>();
    List<MultiGauge.Row<?>> latencies = new ArrayList<>();
    for (LatestFigures.Figures of : figures) {
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
