package dev.inferlab.gateway.event;

import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobPartial;
import dev.inferlab.proto.job.v1.JobProgressed;
import dev.inferlab.proto.job.v1.TargetChanged;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What remains of some events once those that later ones make void are left out. Pure: the order in
 * which the events came, and events that came twice, make no difference.
 */
public record EventBatch(
    Collection<JobChanged> jobs,
    Collection<JobProgressed> progress,
    Collection<JobPartial> parts,
    Collection<TargetChanged> targets) {

  static EventBatch of(Collection<Event> events) {
    Map<String, JobChanged> jobs = new LinkedHashMap<>();
    Map<String, JobProgressed> progress = new LinkedHashMap<>();
    Map<String, JobPartial> parts = new LinkedHashMap<>();
    Map<String, TargetChanged> targets = new LinkedHashMap<>();
    for (Event event : events) {
      switch (event.getEventCase()) {
        case JOB_CHANGED -> {
          JobChanged next = event.getJobChanged();
          jobs.merge(next.getJobId(), next, (a, b) -> b.getVersion() > a.getVersion() ? b : a);
        }
        case JOB_PROGRESSED -> {
          JobProgressed next = event.getJobProgressed();
          progress.merge(next.getJobId(), next, (a, b) -> isLater(a, b) ? b : a);
        }
        case JOB_PARTIAL -> {
          JobPartial next = event.getJobPartial();
          String key = next.getJobId() + "/" + next.getPart().getKey();
          parts.merge(key, next, (a, b) -> b.getAttempt() >= a.getAttempt() ? b : a);
        }
        case TARGET_CHANGED -> {
          TargetChanged next = event.getTargetChanged();
          targets.merge(
              next.getTargetId(), next, (a, b) -> b.getVersion() > a.getVersion() ? b : a);
        }
        case EVENT_NOT_SET -> {
          // Of a newer scheduler: nothing that is shown here.
        }
      }
    }
    return new EventBatch(jobs.values(), progress.values(), parts.values(), targets.values());
  }

  private static boolean isLater(JobProgressed a, JobProgressed b) {
    return b.getAttempt() != a.getAttempt()
        ? b.getAttempt() > a.getAttempt()
        : b.getSequence() > a.getSequence();
  }
}
