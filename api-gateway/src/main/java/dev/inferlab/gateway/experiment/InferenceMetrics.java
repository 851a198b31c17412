package dev.inferlab.gateway.experiment;

import dev.inferlab.proto.job.v1.LatencyMs;
import dev.inferlab.proto.job.v1.ProfilePoint;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** The latest figures of the projects that were measured last; the number of series is bounded. */
@ApplicationScoped
class InferenceMetrics {
  private static final int MOST_PROJECTS = 100;

  private final MeterRegistry registry;
  private final Map<UUID, Series> projects = new LinkedHashMap<>(16, 0.75f, true);

  InferenceMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Series(AtomicReference<ProfilePoint> latest, List<Meter> meters) {}

  synchronized void measured(UUID projectId, ProfilePoint point) {
    if (point.hasProblem()) {
      return;
    }
    projects.computeIfAbsent(projectId, this::series).latest().set(point);
    if (projects.size() > MOST_PROJECTS) {
      UUID eldest = projects.keySet().iterator().next();
      projects.remove(eldest).meters().forEach(registry::remove);
    }
  }

  private Series series(UUID projectId) {
    AtomicReference<ProfilePoint> latest = new AtomicReference<>(ProfilePoint.getDefaultInstance());
    Tags project = Tags.of("project", projectId.toString());
    Meter throughput =
        Gauge.builder(
                "inferlab.inference.throughput.fps",
                latest,
                point -> point.get().getThroughputFps())
            .description("Images a second of the point measured last")
            .tags(project)
            .register(registry);
    return new Series(
        latest,
        List.of(
            throughput,
            latency(project, "0.5", latest),
            latency(project, "0.9", latest),
            latency(project, "0.99", latest)));
  }

  private Meter latency(Tags project, String quantile, AtomicReference<ProfilePoint> latest) {
    return Gauge.builder(
            "inferlab.inference.latency.seconds",
            latest,
            point -> milliseconds(point.get().getLatency(), quantile) / 1000)
        .description("Time of one inference of the point measured last")
        .tags(project.and("quantile", quantile))
        .register(registry);
  }

  private static double milliseconds(LatencyMs latency, String quantile) {
    return switch (quantile) {
      case "0.5" -> latency.getP50();
      case "0.9" -> latency.getP90();
      default -> latency.getP99();
    };
  }
}
