package dev.inferlab.agent.session;

import dev.inferlab.agent.attempt.AttemptId;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.agent.v1.Updates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What happened here and is not yet stored there, in order. An update keeps its place and its bytes
 * from its first sending until it is acknowledged; a newer progress replaces one that was not sent
 * yet; a result is never dropped. Thread-safe.
 */
public final class UpdateBuffer {
  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 1 << 20;

  private final long limitBytes;
  private final Runnable wake;
  private final List<Update> waiting = new ArrayList<>();
  private long firstSequence = 1; // of waiting.get(0)
  private int everSent; // this many of `waiting` were sent on some stream: they must not change
  private int sent; // this many were sent on the present stream
  private long bytes;

  /**
   * @param limitBytes above it progress is dropped and a result part waits
   * @param wake called after something was added, outside of the lock
   */
  public UpdateBuffer(long limitBytes, Runnable wake) {
    this.limitBytes = limitBytes;
    this.wake = wake;
  }

  /** Adds without waiting; for everything but parts. */
  public void add(Update update) {
    synchronized (this) {
      if (update.hasProgress() && (bytes > limitBytes || replaceProgress(update))) {
        return;
      }
      waiting.add(update);
      bytes += update.getSerializedSize();
    }
    wake.run();
  }

  /**
   * Adds a part once there is room: a job that produces faster than the lab stores is slowed down.
   */
  public void addPart(Update update) throws InterruptedException {
    synchronized (this) {
      while (bytes > limitBytes) {
        wait();
      }
    }
    add(update);
  }

  private boolean replaceProgress(Update update) {
    for (int i = waiting.size() - 1; i >= everSent; i--) {
      Update other = waiting.get(i);
      if (id(other).equals(id(update))) {
        if (!other.hasProgress()) {
          return false;
        }
        waiting.set(i, update);
        bytes += update.getSerializedSize() - other.getSerializedSize();
        return true;
      }
    }
    return false;
  }

  /** A new stream: everything that was not acknowledged is sent again. */
  synchronized void rewind() {
    sent = 0;
  }

  /**
   * The next message to send, if there is something that the present stream has not carried yet.
   */
  public synchronized Optional<Updates> nextBatch() {
    if (sent == waiting.size()) {
      return Optional.empty();
    }
    Updates.Builder batch = Updates.newBuilder().setSequence(firstSequence + sent);
    long batchBytes = 0;
    while (sent < waiting.size() && batch.getUpdatesCount() < BATCH) {
      Update update = waiting.get(sent);
      batchBytes += update.getSerializedSize();
      if (batchBytes > BATCH_BYTES && batch.getUpdatesCount() > 0) {
        break; // far below what the scheduler takes in one message, 4 MiB
      }
      batch.addUpdates(update);
      sent++;
    }
    everSent = Math.max(everSent, sent);
    return Optional.of(batch.build());
  }

  public synchronized void acknowledged(long sequence) {
    int count = (int) Math.min(everSent, sequence - firstSequence + 1);
    if (count <= 0) {
      return;
    }
    List<Update> stored = waiting.subList(0, count);
    for (Update update : stored) {
      bytes -= update.getSerializedSize();
    }
    stored.clear();
    firstSequence += count;
    everSent -= count;
    sent = Math.max(0, sent - count);
    notifyAll();
  }

  /** Forgets what was not sent of an attempt that this agent has lost. */
  public synchronized void forget(AttemptId attempt) {
    for (int i = waiting.size() - 1; i >= everSent; i--) {
      if (id(waiting.get(i)).equals(attempt)) {
        bytes -= waiting.remove(i).getSerializedSize();
      }
    }
    notifyAll();
  }

  /** Attempts that ended here while the lab does not know it yet: their leases must be kept. */
  public synchronized Set<AttemptId> unreportedEnds() {
    Set<AttemptId> ends = new HashSet<>();
    for (Update update : waiting) {
      if (update.hasSucceeded()
          || update.hasFailed()
          || update.hasHandedBack()
          || update.hasStopped()) {
        ends.add(id(update));
      }
    }
    return ends;
  }

  public synchronized int size() {
    return waiting.size();
  }

  /** Waits until all is acknowledged; false if that took too long. */
  public synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!waiting.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }

  private static AttemptId id(Update update) {
    return new AttemptId(update.getJobId(), update.getAttempt());
  }
}
