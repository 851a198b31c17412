package dev.inferlab.platform.outbox;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What became of rows on their way to Kafka.
 *
 * @param taken how many there were
 * @param rows that all in-sync replicas have acknowledged
 * @param refused whose rows cannot be published now
 * @param failure the first, if any
 */
record Published(
    int taken,
    List<OutboxRow> rows,
    Set<Refused> refused,
    Optional<PublishFailedException> failure) {
  static final Published NOTHING = new Published(0, List.of(), Set.of(), Optional.empty());
}
