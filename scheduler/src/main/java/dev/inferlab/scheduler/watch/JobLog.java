package dev.inferlab.scheduler.watch;

import dev.inferlab.platform.telemetry.LogFields;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobChange;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What happened to jobs, a line each that carries the job's id: what did not go well for everybody
 * to read, the rest, which is as much as there are jobs, only if asked for.
 */
final class JobLog {

  private static final Logger LOG = Logger.getLogger(JobLog.class);

  private JobLog() {}

  static void changed(List<JobChange> changes) {
    for (JobChange change : changes) {
      Job job = change.after();
      boolean bad = change.released().filter(it -> it.fault() != null).isPresent() || failed(job);
      if (LOG.isEnabled(bad ? Logger.Level.INFO : Logger.Level.DEBUG)) {
        try (LogFields _ = LogFields.of(job.id().toString(), job.request().experimentId())) {
          LOG.logf(bad ? Logger.Level.INFO : Logger.Level.DEBUG, "%s", line(change));
        }
      }
    }
  }

  private static boolean failed(Job job) {
    return job.state() == JobState.FAILED || job.state() == JobState.CANCELLED;
  }

  private static String line(JobChange change) {
    Job job = change.after();
    StringBuilder line = new StringBuilder("Job is %s".formatted(job.state()));
    change.released().ifPresent(attempt -> line.append(ended(attempt)));
    if (failed(job) && change.released().isEmpty()) {
      line.append(": ").append(job.fault().code());
    }
    return line.toString();
  }

  private static String ended(Attempt attempt) {
    Fault fault = attempt.fault();
    return "; attempt %d on target %s ended as %s%s"
        .formatted(
            attempt.number(),
            attempt.targetId(),
            attempt.outcome(),
            fault == null ? "" : ", " + fault.code());
  }
}
