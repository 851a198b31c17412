package dev.inferlab.platform.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.platform.telemetry.TraceParent;
import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.kafka.KafkaTopic;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Outbox, the relay that the service starts by itself, Kafka, consumer and inbox, as in every
 * service.
 */
@QuarkusTest
@TestProfile(WholeWayTest.WithRelay.class)
@WithTestResource(InfraResource.class)
class WholeWayTest {
  /** The relay is on, as it is by default. */
  public static class WithRelay implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("inferlab.outbox.relay", "true");
    }
  }

  @Inject Outbox outbox;
  @Inject Effects effects;
  @Inject Tracer tracer;

  @Test
  void aMessageHasItsEffectAndKeepsItsTrace() {
    Span request = tracer.spanBuilder("request").startSpan();
    OutboxMessage message;
    try (Scope scope = request.makeCurrent()) {
      assertThat(scope).isNotNull();
      message = effects.message(EffectsChannel.TOPIC, "a", 7);
    } finally {
      request.end();
    }

    outbox.inTransaction(session -> outbox.append(session, message)).await().indefinitely();

    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(effects.byKey()).isEqualTo(Map.of("a", List.of(7))));
    assertThat(message.traceParent()).contains(request.getSpanContext().getTraceId());
    assertThat(new KafkaTopic(Infra.shared().bootstrapServers(), EffectsChannel.TOPIC).records())
        .singleElement()
        .satisfies(
            record ->
                assertThat(
                        new String(record.headers().lastHeader(TraceParent.HEADER).value(), UTF_8))
                    .isEqualTo(message.traceParent()));
  }
}
