package dev.inferlab.platform.outbox;

import java.util.Set;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Rows that Kafka does not take now: those of one key, which must not overtake each other, or of a
 * whole topic.
 *
 * @param key null: every key of the topic
 */
record Refused(String topic, String key) {
  /** A record that is itself to blame holds up its key; a topic that is away or forbidden, all. */
  static Refused because(Throwable cause, OutboxRow row) {
    boolean ofRecord =
        cause instanceof RecordTooLargeException || cause instanceof InvalidRecordException;
    return new Refused(row.topic(), ofRecord ? row.key() : null);
  }

  static boolean contains(Set<Refused> all, OutboxRow row) {
    return all.contains(new Refused(row.topic(), null))
        || all.contains(new Refused(row.topic(), row.key()));
  }
}
