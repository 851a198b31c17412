package dev.inferlab.platform.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * How far behind Kafka is, as {@code inferlab_outbox_lag_seconds}: the age of the oldest message
 * that is not yet there. It goes on growing between passes, so an alert on it also fires when the
 * relay hangs.
 */
final class OutboxLag {
  private static final Logger LOG = Logger.getLogger(OutboxLag.class);

  /** What keeps messages from Kafka, and since when. */
  record Trouble(Instant since, String reason) {}

  private final InstantSource clock;
  private volatile Instant oldest;
  private volatile Trouble trouble;

  OutboxLag(InstantSource clock, MeterRegistry registry, String service) {
    this.clock = clock;
    Gauge.builder("inferlab.outbox.lag", this, lag -> lag.age().toMillis() / 1000.0)
        .baseUnit("seconds")
        .description("Age of the oldest message that waits for Kafka")
        .tag("service", service)
        .register(registry);
  }

  Duration age() {
    Instant since = oldest;
    if (since == null) {
      return Duration.ZERO;
    }
    // The row's time is the database's; its clock may be a little ahead of ours.
    Duration age = Duration.between(since, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  Optional<Trouble> trouble() {
    return Optional.ofNullable(trouble);
  }

  void oldest(Instant createdAt) {
    oldest = createdAt;
  }

  void drained() {
    oldest = null;
    Trouble before = trouble;
    trouble = null;
    if (before != null) {
      LOG.infof("The outbox is on Kafka again; trouble began at %s", before.since());
    }
  }

  /** Logged once per spell of one trouble, not once per try. */
  void failed(RuntimeException cause) {
    Trouble before = trouble;
    trouble = new Trouble(before == null ? clock.instant() : before.since(), cause.toString());
    if (before == null || !before.reason().equals(trouble.reason())) {
      LOG.warnf(cause, "Messages wait in the outbox; the relay keeps trying and nothing is lost");
    } else {
      LOG.debugf(cause, "Messages still wait in the outbox");
    }
  }
}
