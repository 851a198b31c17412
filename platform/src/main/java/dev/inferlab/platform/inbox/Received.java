package dev.inferlab.platform.inbox;

import dev.inferlab.proto.job.v1.Envelope;
import java.util.UUID;

/**
 * A message as a consumer gets it.
 *
 * @param id what the inbox knows it by
 * @param key of the Kafka record
 */
public record Received<T>(UUID id, String key, Envelope envelope, T message) {}
