package dev.inferlab.platform.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Starts and stops the relay with the service. {@code inferlab.outbox.relay=false} leaves it out;
 * {@code inferlab.outbox.gather} is how long a message may wait for others to be published with it.
 */
@ApplicationScoped
class RelayOfThisProcess {
  private static final Duration PUBLISH_DEADLINE = Duration.ofSeconds(15);

  private OutboxRelay relay;

  void start(
      @Observes StartupEvent event,
      @ConfigProperty(name = "inferlab.outbox.relay", defaultValue = "true") boolean wanted,
      @ConfigProperty(name = "inferlab.outbox.gather", defaultValue = "0ms") Duration gather,
      @ConfigProperty(name = "quarkus.application.name") String service,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Pool pool,
      RelayWake wake,
      RelayObserver observer,
      OutboxLag lag) {
    if (wanted) {
      KafkaPublisher publisher = new KafkaPublisher(kafka, service + "-outbox", PUBLISH_DEADLINE);
      OutboxTable table = new OutboxTable(pool, PUBLISH_DEADLINE.multipliedBy(2));
      relay = new OutboxRelay(table, wake, gather, publisher, observer, lag);
      relay.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    if (relay != null) {
      relay.close();
    }
  }

  /** False if the relay should run and does not: only a restart helps then. */
  boolean isSound() {
    return relay == null || relay.isAlive();
  }

  @Produces
  @Singleton
  OutboxLag lag(
      InstantSource clock,
      MeterRegistry registry,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    return new OutboxLag(clock, registry, service);
  }

  @Produces
  @Singleton
  @DefaultBean
  RelayObserver observer() {
    return RelayObserver.NONE;
  }
}
