package dev.inferlab.platform.outbox;

import dev.inferlab.platform.db.DatabaseTrouble;
import dev.inferlab.platform.outbox.RelayObserver.Step;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Brings committed outbox rows to Kafka. One runs in each process; a lock per schema lets one at a
 * time publish, which is what keeps the order.
 *
 * <p>A pass is one transaction: lock, read the oldest rows, publish, delete what Kafka took,
 * commit. A crash anywhere before the commit leaves the rows there, so a message may be published
 * twice but is never lost; consumers have an {@code Inbox}. Nothing is written before Kafka has
 * answered: a transaction that has written holds back everybody who waits for the oldest one to
 * end, and Kafka may take its time.
 */
final class OutboxRelay implements AutoCloseable {
  static final int BATCH = 500;

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private final OutboxTable table;
  private final RelayWake wake;
  private final Duration gather;
  private final KafkaPublisher publisher;
  private final RelayObserver observer;
  private final OutboxLag lag;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);

  /** What Kafka did not take; passed over, so that the rest goes on, until it is tried again. */
  private final Set<Refused> refused = new HashSet<>();

  /** Whether Kafka took anything since the refused was tried last. */
  private boolean tookOthers;

  private volatile boolean stopping;

  OutboxRelay(
      OutboxTable table,
      RelayWake wake,
      Duration gather,
      KafkaPublisher publisher,
      RelayObserver observer,
      OutboxLag lag) {
    this.table = table;
    this.wake = wake;
    this.gather = gather;
    this.publisher = publisher;
    this.observer = observer;
    this.lag = lag;
    thread = Thread.ofPlatform().name("outbox-relay").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Lets the pass that runs come to its end. */
  @Override
  public void close() {
    stopping = true;
    stop.countDown();
    wake.wake();
    try {
      if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    publisher.close();
  }

  private void run() {
    Duration pause = POLL;
    long retryAt = System.nanoTime();
    while (!stopping) {
      try {
        int taken;
        do {
          taken = pass();
        } while (taken == BATCH && !stopping);
        if (refused.isEmpty()) {
          lag.drained();
          pause = POLL;
          tookOthers = false;
        } else if (System.nanoTime() - retryAt >= 0) {
          refused.clear();
          continue;
        }
        wake.await(POLL);
        // A pass that found nothing it may send has looked at all that waits.
        pauseFor(taken == 0 && !refused.isEmpty() ? POLL : gather);
        // Who rang meanwhile has committed: the pass that follows takes it all.
        wake.hush();
      } catch (InterruptedException e) {
        return;
      } catch (PublishFailedException e) {
        lag.failed(e);
        // Who takes others is there: each try in vain holds them up. Else it is awaited closely.
        pause = tookOthers ? longer(pause) : POLL;
        tookOthers = false;
        retryAt = System.nanoTime() + pause.toNanos();
      } catch (RuntimeException e) {
        if (stopping) {
          return;
        }
        lag.failed(e);
        pause = DatabaseTrouble.isAway(e) ? POLL : longer(pause);
        pauseFor(pause);
      }
    }
  }

  /**
   * One transaction's worth of what is not {@link #refused}. Gives how many messages there were; if
   * it fails, those that Kafka took are gone from the table all the same.
   */
  int pass() {
    Published published = table.drain(BATCH, refused, this::publish);
    refused.addAll(published.refused());
    tookOthers |= !published.rows().isEmpty();
    if (published.failure().isPresent()) {
      throw published.failure().get();
    }
    return published.taken();
  }

  private Published publish(List<OutboxRow> rows) {
    if (refused.isEmpty()) {
      lag.oldest(rows.getFirst().createdAt());
    }
    observer.reached(Step.TAKEN);
    Published published = publisher.publish(rows);
    observer.reached(Step.PUBLISHED);
    return published;
  }

  /** A ring does not shorten it. */
  private void pauseFor(Duration pause) {
    try {
      stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }
}
