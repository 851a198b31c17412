package dev.inferlab.platform.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.inferlab.proto.job.v1.Envelope;
import java.util.UUID;

/**
 * A message that must reach Kafka if, and only if, the transaction that it is appended in commits.
 *
 * @param messageId what consumers know it by: its effect happens once, however often it arrives
 * @param key messages of one key arrive in the order in which they were appended
 * @param traceParent W3C trace context, or empty
 * @param payload at most {@link #MAX_PAYLOAD_BYTES}; larger things are artifacts
 */
public record OutboxMessage(
    UUID messageId, String topic, String key, String traceParent, ByteString payload) {
  /**
   * Kafka brokers refuse records above 1 MiB unless told otherwise; this leaves room for headers.
   */
  public static final int MAX_PAYLOAD_BYTES = 960 * 1024;

  public OutboxMessage {
    if (topic.isBlank() || key.isEmpty()) {
      throw new IllegalArgumentException("An outbox message needs a topic and a key");
    }
    if (payload.size() > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "A message for %s has %d bytes, at most %d may be published: store it as an artifact"
              .formatted(topic, payload.size(), MAX_PAYLOAD_BYTES));
    }
  }

  /** The message whose {@code envelope} (see {@link Envelopes}) is also in the payload. */
  public static OutboxMessage of(String topic, String key, Envelope envelope, MessageLite payload) {
    return new OutboxMessage(
        UUID.fromString(envelope.getMessageId()),
        topic,
        key,
        envelope.getTraceParent(),
        payload.toByteString());
  }
}
