package dev.inferlab.agent.profile;

import dev.inferlab.openvino.Config;
import dev.inferlab.openvino.Property;
import dev.inferlab.openvino.Streams;
import dev.inferlab.proto.job.v1.ProfileMode;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.ProfilePointRequest;

/** The properties with which a point's model is compiled. */
final class PointConfig {
  private PointConfig() {}

  static Config of(ProfileOptions options, ProfilePointRequest point, boolean counters) {
    Config config = Config.of(Property.ENABLE_PROFILING, counters);
    if (point.getAuto()) {
      config =
          config.with(
              Property.PERFORMANCE_MODE,
              options.getMode() == ProfileMode.LATENCY
                  ? Property.PerformanceMode.LATENCY
                  : Property.PerformanceMode.THROUGHPUT);
      if (point.getRequests() > 0) {
        config = config.with(Property.NUM_REQUESTS, point.getRequests());
      }
    } else if (point.getStreams() > 0) {
      config = config.with(Property.NUM_STREAMS, Streams.of(point.getStreams()));
    }
    if (!options.getInferencePrecision().isEmpty()) {
      config = config.with(Property.INFERENCE_PRECISION.key(), options.getInferencePrecision());
    }
    if (options.getThreads() > 0) {
      config = config.with(Property.INFERENCE_NUM_THREADS, options.getThreads());
    }
    for (var property : options.getPropertiesMap().entrySet()) {
      config = config.with(property.getKey(), property.getValue());
    }
    return config;
  }
}
