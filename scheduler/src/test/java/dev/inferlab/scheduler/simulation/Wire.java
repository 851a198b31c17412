package dev.inferlab.scheduler.simulation;

import dev.inferlab.scheduler.job.JobCommand;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What travels on a {@link Link}: the agents' protocol without its bytes. */
final class Wire {

  private Wire() {}

  record AttemptKey(UUID jobId, int attempt) implements Comparable<AttemptKey> {
    @Override
    public int compareTo(AttemptKey other) {
      int byJob = jobId.compareTo(other.jobId);
      return byJob != 0 ? byJob : Integer.compare(attempt, other.attempt);
    }
  }

  record Hello(UUID targetId, Set<AttemptKey> live) {}

  record Welcome(Set<AttemptKey> lost) {}

  record Heartbeat(long sequence, Set<AttemptKey> live) {}

  record HeartbeatAck(long sequence, Set<AttemptKey> lost) {}

  record Assign(AttemptKey key, String device, boolean exclusive) {}

  record Stop(AttemptKey key) {}

  record Update(long sequence, UUID jobId, JobCommand.Report report) {}

  record Updates(List<Update> updates) {}

  record UpdatesAck(long sequence, Set<AttemptKey> stale) {}
}
