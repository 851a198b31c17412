package dev.inferlab.scheduler.simulation;

import dev.inferlab.scheduler.job.JobCommand;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What travels on a {@link Link}: the agents' protocol without its bytes. */
final class Wire {

  private Wire() {}

  record Key(UUID jobId, int attempt) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byJob = jobId.compareTo(other.jobId);
      return byJob != 0 ? byJob : Integer.compare(attempt, other.attempt);
    }
  }

  record Hello(UUID targetId, Set<Key> live) {}

  record Welcome(Set<Key> lost) {}

  record Heartbeat(long sequence, Set<Key> live) {}

  record HeartbeatAck(long sequence, Set<Key> lost) {}

  record Assign(Key key, String device, boolean exclusive) {}

  record Stop(Key key) {}

  record Update(long sequence, UUID jobId, JobCommand.Report report) {}

  record Updates(List<Update> updates) {}

  record UpdatesAck(long sequence, Set<Key> stale) {}
}
