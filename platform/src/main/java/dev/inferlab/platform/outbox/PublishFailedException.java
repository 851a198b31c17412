package dev.inferlab.platform.outbox;

/** Kafka did not take some rows. They stay in the outbox; the relay tries again. */
final class PublishFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PublishFailedException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
