package dev.inferlab.platform.outbox;

/** Kafka did not take some rows. They stay in the outbox; the relay tries again. */
final class PublishFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param row the first of them
   */
  PublishFailedException(OutboxRow row, Throwable cause) {
    super(
        "%s, key %s, outbox row %d: %s"
            .formatted(row.topic(), row.key(), row.id(), cause.getMessage()),
        cause);
  }
}
