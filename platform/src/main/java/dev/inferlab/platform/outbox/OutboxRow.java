package dev.inferlab.platform.outbox;

import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * A waiting message as the relay reads it. Written by {@link Outbox} only, in sets.
 *
 * @param traceParent null if nobody traces
 * @param createdAt by the database's clock
 */
@SuppressWarnings("ArrayRecordComponent") // read and sent whole, never compared
record OutboxRow(
    long id, String topic, String key, String traceParent, byte[] payload, Instant createdAt) {

  static OutboxRow of(Row row) {
    return new OutboxRow(
        row.getLong("id"),
        row.getString("topic"),
        row.getString("key"),
        row.getString("trace_parent"),
        row.getBuffer("payload").getBytes(),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
