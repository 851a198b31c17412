package dev.inferlab.platform.inbox;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A consumer as a service writes it. */
@ApplicationScoped
class EffectsChannel {
  static final String TOPIC = "inferlab.effects.v1";

  private final MergedBatches batches;

  EffectsChannel(Effects effects, Vertx vertx) {
    batches = new MergedBatches("Effects", vertx, effects::consume);
  }

  @Incoming("effects")
  Uni<Void> consume(Message<ConsumerRecords<String, byte[]>> batch) {
    return batches.add(batch);
  }
}
