package dev.inferlab.platform.outbox;

import dev.inferlab.platform.outbox.RelayObserver.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Brings committed outbox rows to Kafka. One runs in each process; a lock per schema lets one at a
 * time publish, which is what keeps the order.
 *
 * <p>A pass is one transaction: lock, read the oldest rows, publish, delete them, commit. A crash
 * anywhere before the commit leaves the rows there, so a message may be published twice but is
 * never lost; consumers have an {@code Inbox}. Nothing is written before Kafka has answered: a
 * transaction that has written holds back everybody who waits for the oldest one to end, and Kafka
 * may take its time.
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
    while (!stopping) {
      try {
        int published;
        do {
          published = pass();
        } while (published == BATCH && !stopping);
        lag.drained();
        pause = POLL;
        wake.await(POLL);
        pauseFor(gather);
        // Who rang meanwhile has committed: the pass that follows takes it all.
        wake.hush();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (stopping) {
          return;
        }
        lag.failed(e);
        pause = longer(pause);
        pauseFor(pause);
      }
    }
  }

  /** One transaction's worth. Gives how many messages are now on Kafka and gone from the table. */
  int pass() {
    return table.drain(BATCH, this::publish);
  }

  private void publish(List<OutboxRow> rows) {
    lag.oldest(rows.getFirst().createdAt());
    observer.reached(Step.TAKEN);
    publisher.publish(rows);
    observer.reached(Step.PUBLISHED);
  }

  /** A ring must not shorten the pause: with Kafka away each submit would cost a futile pass. */
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
