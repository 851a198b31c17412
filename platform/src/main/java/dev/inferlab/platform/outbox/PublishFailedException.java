package dev.inferlab.platform.outbox;

/** Kafka did not take a batch. The rows stay in the outbox; the relay tries again. */
final class PublishFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PublishFailedException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
