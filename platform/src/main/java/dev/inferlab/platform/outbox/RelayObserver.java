package dev.inferlab.platform.outbox;

/** Told where the relay is on its way. Tests stop or kill it there; nothing else listens. */
@FunctionalInterface
public interface RelayObserver {
  /** The points between which a crash must do no harm. */
  enum Step {
    /** The rows are read (and deleted in the open transaction); Kafka knows nothing of them yet. */
    TAKEN,
    /** Kafka has acknowledged all of them; the transaction is not yet committed. */
    PUBLISHED
  }

  RelayObserver NONE = step -> {};

  /** Runs on the relay's way: what it throws ends this pass as a crash would. */
  void reached(Step step);
}
