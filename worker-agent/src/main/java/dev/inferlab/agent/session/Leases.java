package dev.inferlab.agent.session;

import dev.inferlab.agent.attempt.AttemptId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What this agent may still believe about its leases, by its own monotonic clock alone. A lease is
 * good for the lease time counted from the SENDING of the last heartbeat that was acknowledged: the
 * scheduler cannot have started counting earlier. A margin is taken off, in which the attempt is
 * really stopped before anybody else may get the job.
 *
 * <p>A new lease began before its assignment came here, nobody knows how long before: this process
 * may have been paused. It cannot have begun before the scheduler was last surely heard, so that is
 * when its time counts from. Where that is long ago (a scheduler that just starts answers slowly)
 * the attempt does not begin until a heartbeat that names it is acknowledged. Thread-safe.
 */
public final class Leases {
  private static final int MARGIN_SHARE = 4;

  private final LongSupplier nanoClock;
  private final Map<AttemptId, Lease> held = new HashMap<>();
  private final TreeMap<Long, Beat> unanswered = new TreeMap<>();
  private long leaseNanos = Duration.ofSeconds(8).toNanos();
  private long sequence;
  private long helloAt;
  private long heardAt;

  private record Beat(long sentAt, List<AttemptId> attempts) {}

  private record Lease(long countedFrom, boolean confirmed) {
    Lease renewed(long at, boolean recent) {
      return new Lease(Math.max(countedFrom, at), confirmed || recent);
    }
  }

  public Leases(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.heardAt = nanoClock.getAsLong();
  }

  /** A new stream begins: what was sent on the old one will not be answered. */
  synchronized void helloSent() {
    unanswered.clear();
    helloAt = nanoClock.getAsLong();
  }

  synchronized void welcomed(Duration leaseTime) {
    leaseNanos = leaseTime.toNanos();
    heardAt = helloAt;
  }

  /** Takes a new attempt on. */
  public synchronized void hold(AttemptId attempt) {
    long now = nanoClock.getAsLong();
    boolean confirmed = isRecent(heardAt);
    held.put(attempt, new Lease(confirmed ? heardAt : now, confirmed));
  }

  /** Whether what the scheduler knew then leaves enough of a lease to begin. */
  private boolean isRecent(long at) {
    return nanoClock.getAsLong() - at <= leaseNanos / 2;
  }

  /** Waits until the attempt may begin, or is not held any more. */
  public synchronized void awaitConfirmed(AttemptId attempt) throws InterruptedException {
    for (Lease lease = held.get(attempt);
        lease != null && !lease.confirmed();
        lease = held.get(attempt)) {
      wait();
    }
  }

  public synchronized void release(AttemptId attempt) {
    held.remove(attempt);
    notifyAll();
  }

  /** A heartbeat for these attempts goes out now; answers its sequence. */
  synchronized long heartbeat(Collection<AttemptId> attempts) {
    sequence++;
    unanswered.put(sequence, new Beat(nanoClock.getAsLong(), List.copyOf(attempts)));
    return sequence;
  }

  synchronized void acknowledged(long acknowledgedSequence) {
    Beat beat = unanswered.get(acknowledgedSequence);
    if (beat == null) {
      return;
    }
    unanswered.headMap(acknowledgedSequence, true).clear();
    heardAt = Math.max(heardAt, beat.sentAt);
    boolean recent = isRecent(beat.sentAt);
    for (AttemptId attempt : beat.attempts) {
      held.computeIfPresent(attempt, (_, lease) -> lease.renewed(beat.sentAt, recent));
    }
    notifyAll();
  }

  /** Whose lease may be over by now: to be stopped at once. */
  public synchronized List<AttemptId> expired() {
    long oldest = nanoClock.getAsLong() - (leaseNanos - leaseNanos / MARGIN_SHARE);
    List<AttemptId> expired = new ArrayList<>();
    held.forEach(
        (attempt, lease) -> {
          if (lease.countedFrom() - oldest < 0) {
            expired.add(attempt);
          }
        });
    return expired;
  }

  /** How long the oldest heartbeat of this stream waits for its answer; zero if none does. */
  synchronized Duration silence() {
    return unanswered.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(nanoClock.getAsLong() - unanswered.firstEntry().getValue().sentAt);
  }

  synchronized Duration leaseTime() {
    return Duration.ofNanos(leaseNanos);
  }
}
