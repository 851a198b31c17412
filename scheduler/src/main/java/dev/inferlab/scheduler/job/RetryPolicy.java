package dev.inferlab.scheduler.job;

import dev.inferlab.proto.job.v1.ErrorClass;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Whether and when a job is tried again.
 *
 * @param first back-off after the first failed attempt; doubles with each further one
 * @param most upper bound of the back-off
 * @param random spreads the retries: a pause is 50 to 100 % of the computed back-off
 */
public record RetryPolicy(Duration first, Duration most, RandomGenerator random) {

  /** A job that agents gave back this often fails, so that no agent can keep it busy for ever. */
  static final int MOST_HAND_BACKS = 100;

  /** Memory and disk come back slower than a network. */
  private static final int RESOURCE_FACTOR = 10;

  /** Attempts are lost by restarts, which are short; a job should not wait long after one. */
  private static final int LOST_DOUBLINGS = 2;

  private static final int MOST_DOUBLINGS = 20;

  static boolean retryable(ErrorClass errorClass) {
    return switch (errorClass) {
      case INVALID_INPUT, UNSUPPORTED, ABORTED -> false;
      // A class that a newer agent knows and we do not is worth another try.
      case RESOURCE, TRANSIENT, CRASHED, TIMEOUT, ERROR_CLASS_UNSPECIFIED, UNRECOGNIZED -> true;
    };
  }

  Duration afterFailure(ErrorClass errorClass, int failures) {
    long factor = errorClass == ErrorClass.RESOURCE ? RESOURCE_FACTOR : 1;
    return pause(first.multipliedBy(factor), failures - 1);
  }

  Duration afterLoss(int losses) {
    return pause(first, Math.min(losses - 1, LOST_DOUBLINGS));
  }

  Duration afterHandBack(int inARow) {
    return pause(first.dividedBy(2), inARow - 1);
  }

  private Duration pause(Duration base, int doublings) {
    long shift = 1L << Math.clamp(doublings, 0, MOST_DOUBLINGS);
    long full = Math.min(base.toMillis() * shift, most.toMillis());
    return Duration.ofMillis(full / 2 + (long) (random.nextDouble() * (full - full / 2)));
  }
}
