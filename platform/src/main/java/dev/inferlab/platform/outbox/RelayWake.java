package dev.inferlab.platform.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The bell between those who append and the relay's thread. A ring while the relay works is kept
 * until it looks again.
 */
@ApplicationScoped
class RelayWake {
  private final Semaphore rings = new Semaphore(0);

  void wake() {
    if (rings.availablePermits() == 0) {
      rings.release();
    }
  }

  /** Forgets the rings so far. */
  void hush() {
    rings.drainPermits();
  }

  /**
   * Returns at once if somebody rang since the last call, else at the next ring or after {@code
   * atMost}.
   */
  void await(Duration atMost) throws InterruptedException {
    if (rings.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      rings.drainPermits();
    }
  }
}
