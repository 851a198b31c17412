package dev.inferlab.platform.inbox;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A consumer as a service writes it. */
@ApplicationScoped
class EffectsChannel {
  static final String TOPIC = "inferlab.effects.v1";

  private final Effects effects;

  EffectsChannel(Effects effects) {
    this.effects = effects;
  }

  @Incoming("effects")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return effects.consume(records);
  }
}
