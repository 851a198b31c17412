package dev.inferlab.agent.attempt;

import dev.inferlab.agent.session.Leases;
import dev.inferlab.agent.session.UpdateBuffer;
import dev.inferlab.agent.session.WorkDesk;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.HandedBack;
import dev.inferlab.proto.agent.v1.Stopped;
import dev.inferlab.proto.agent.v1.Update;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * All attempts that this agent holds: takes them on while slots are free, and stops them when it
 * must.
 */
public final class Attempts implements WorkDesk {
  private static final Logger LOG = Logger.getLogger(Attempts.class);

  private final Stages stages;
  private final Leases leases;
  private final UpdateBuffer updates;
  private final int slots;
  private final Map<AttemptId, Attempt> held = new LinkedHashMap<>();
  private int slotsTaken;
  private boolean stopping;

  /**
   * @param slots jobs that share: how many are held at once; measuring jobs come on top, each alone
   *     on its device
   */
  public Attempts(Stages stages, Leases leases, int slots) {
    this.stages = stages;
    this.leases = leases;
    this.updates = stages.updates();
    this.slots = slots;
  }

  /** Reserves a slot and starts; without a free one the attempt goes back at once. */
  @Override
  public void assigned(Assignment assignment) {
    Attempt attempt = new Attempt(assignment, stages, leases);
    synchronized (this) {
      if (known(attempt.id())) {
        return;
      }
      if (!stopping && (attempt.exclusive() || slotsTaken < slots)) {
        if (!attempt.exclusive()) {
          slotsTaken++;
        }
        held.put(attempt.id(), attempt);
        leases.hold(attempt.id());
        Thread.ofVirtual().name("attempt").start(() -> run(attempt));
        return;
      }
    }
    handBack(attempt.id(), stopping() ? "the agent stops" : "no free slot");
  }

  /**
   * Said twice, or late; an older attempt of the same job that is still here has lost its lease,
   * told or not.
   */
  private boolean known(AttemptId id) {
    for (Attempt other : held.values()) {
      if (other.id().jobId().equals(id.jobId())) {
        if (other.id().number() >= id.number()) {
          return true;
        }
        other.stop(StopCause.LOST, "");
      }
    }
    return false;
  }

  private void run(Attempt attempt) {
    Optional<Update> report = Optional.of(attempt.broken()); // unless it answers
    try {
      report = attempt.run();
    } finally {
      synchronized (this) {
        // Before the end is told: the scheduler may send the next job right after.
        held.remove(attempt.id());
        leases.release(attempt.id());
        if (!attempt.exclusive()) {
          slotsTaken--;
        }
        report.ifPresent(
            updates::add); // together with the removal: a heartbeat always names the attempt
        notifyAll();
      }
    }
  }

  private void handBack(AttemptId id, String reason) {
    LOG.infof("Job %s attempt %d is handed back: %s.", id.jobId(), id.number(), reason);
    updates.add(
        Update.newBuilder()
            .setJobId(id.jobId())
            .setAttempt(id.number())
            .setHandedBack(HandedBack.newBuilder().setReason(reason))
            .build());
  }

  @Override
  public void cancelled(AttemptId id, String reason) {
    Attempt attempt = get(id);
    if (attempt != null) {
      attempt.stop(StopCause.CANCELLED, reason);
    } else {
      // Nothing of it is here, whatever became of it: say so, or the lab would wait for it.
      updates.add(
          Update.newBuilder()
              .setJobId(id.jobId())
              .setAttempt(id.number())
              .setStopped(Stopped.getDefaultInstance())
              .build());
    }
  }

  @Override
  public void lost(Collection<AttemptId> attempts) {
    for (AttemptId id : attempts) {
      Attempt attempt = get(id);
      if (attempt != null) {
        LOG.warnf(
            "Job %s attempt %d is no longer this agent's; stopping it.", id.jobId(), id.number());
        attempt.stop(StopCause.LOST, "");
      }
      updates.forget(id);
    }
  }

  /** Stops what this agent may no longer believe to hold. */
  public void fence() {
    for (AttemptId id : leases.expired()) {
      Attempt attempt = get(id);
      if (attempt != null) {
        LOG.warnf(
            "The lease of job %s attempt %d was not renewed in time; stopping it.",
            id.jobId(), id.number());
        attempt.stop(StopCause.LOST, "");
      }
      leases.release(id);
      updates.forget(id);
    }
  }

  @Override
  public Set<AttemptId> live() {
    synchronized (this) {
      Set<AttemptId> live = new HashSet<>();
      for (Attempt attempt : held.values()) {
        if (!attempt.lost()) {
          live.add(attempt.id());
        }
      }
      live.addAll(updates.unreportedEnds());
      return live;
    }
  }

  @Override
  public synchronized boolean stopping() {
    return stopping;
  }

  /**
   * Takes nothing more; hands back what has not begun, and measuring work, whose finished parts are
   * kept.
   */
  public void stopTaking() {
    synchronized (this) {
      stopping = true;
    }
    stop(attempt -> attempt.exclusive() || !attempt.executing());
  }

  /** Hands back whatever still runs. */
  public void stopAll() {
    stop(_ -> true);
  }

  private void stop(Predicate<Attempt> which) {
    List<Attempt> chosen;
    synchronized (this) {
      chosen = held.values().stream().filter(which).toList();
    }
    chosen.forEach(attempt -> attempt.stop(StopCause.SHUTDOWN, "the agent stops"));
  }

  /** Waits until nothing is held; false if that took too long. */
  public synchronized boolean awaitNone(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!held.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }

  public synchronized int running() {
    return held.size();
  }

  public synchronized int freeSlots() {
    return slots - slotsTaken;
  }

  private synchronized Attempt get(AttemptId id) {
    return held.get(id);
  }
}
