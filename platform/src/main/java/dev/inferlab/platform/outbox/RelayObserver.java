package dev.inferlab.platform.outbox;

/** Told where the relay is on its way. Tests stop or kill it there; nothing else listens. */
@FunctionalInterface
public interface RelayObserver {
  /** The points between which a crash must do no harm. */
  enum Step {
    /** The rows are read; Kafka knows nothing of them yet. */
    TAKEN,
    /** Kafka has answered; the rows that it took are not yet deleted. */
    PUBLISHED
  }

  RelayObserver NONE = step -> {};

  /** Runs on the relay's way: what it throws ends this pass as a crash would. */
  void reached(Step step);
}
