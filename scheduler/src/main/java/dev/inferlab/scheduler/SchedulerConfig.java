package dev.inferlab.scheduler;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** {@code inferlab.scheduler.*}; application.properties has the defaults and what they mean. */
@ConfigMapping(prefix = "inferlab.scheduler")
public interface SchedulerConfig {

  Duration heartbeatInterval();

  Duration leaseTime();

  Duration leaseMargin();

  Retry retry();

  Duration pollInterval();

  Duration explainAfter();

  Duration reportInterval();

  Duration progressInterval();

  int updatesPerSecond();

  Duration retention();

  /** Pauses between the attempts of a job. */
  interface Retry {
    Duration first();

    Duration most();
  }
}
