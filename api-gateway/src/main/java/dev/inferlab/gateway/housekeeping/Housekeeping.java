package dev.inferlab.gateway.housekeeping;

import dev.inferlab.gateway.artifact.ArtifactSweeper;
import dev.inferlab.gateway.event.EventLog;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.upload.UploadExpiry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Removes what is too old. Every replica does it; each step takes only what another does not just
 * take, and a step that fails is done at the next round.
 */
@ApplicationScoped
class Housekeeping {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class);

  private final ArtifactSweeper sweeper;
  private final EventLog events;
  private final Submits submits;
  private final UploadExpiry uploads;
  private final Duration interval;
  private final Duration eventRetention;
  private final Duration keyRetention;
  private final Duration artifactGrace;
  private final CountDownLatch stop = new CountDownLatch(1);

  Housekeeping(
      ArtifactSweeper sweeper,
      EventLog events,
      Submits submits,
      UploadExpiry uploads,
      @ConfigProperty(name = "inferlab.housekeeping.interval", defaultValue = "60s")
          Duration interval,
      @ConfigProperty(name = "inferlab.events.retention", defaultValue = "24h")
          Duration eventRetention,
      @ConfigProperty(name = "inferlab.idempotency.retention", defaultValue = "24h")
          Duration keyRetention,
      @ConfigProperty(name = "inferlab.artifacts.grace-time", defaultValue = "1h")
          Duration artifactGrace) {
    this.sweeper = sweeper;
    this.events = events;
    this.submits = submits;
    this.uploads = uploads;
    this.interval = interval;
    this.eventRetention = eventRetention;
    this.keyRetention = keyRetention;
    this.artifactGrace = artifactGrace;
  }

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("housekeeping").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
  }

  private void run() {
    try {
      while (!stop.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
        step("old events", () -> events.prune(eventRetention));
        step("old idempotency keys", () -> submits.forget(keyRetention));
        step("old uploads", uploads::expire);
        step("unused artifacts", () -> sweeper.sweep(artifactGrace));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void step(String what, Supplier<Uni<?>> work) {
    try {
      work.get().await().indefinitely();
    } catch (RuntimeException e) {
      LOG.warnf("Could not remove %s now: %s", what, e);
    }
  }
}
