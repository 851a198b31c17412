package dev.inferlab.scheduler.recording;

import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.scheduler.job.Decision.Verdict;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Applies reports to the jobs that they are about and collects what is worth keeping. Pure. */
public final class Recording {

  /** A part of a result, brought by the live attempt. */
  public record Part(Job job, int attempt, ResultPart part) {}

  /** How far the live attempt is. */
  public record Note(Job job, int attempt, long sequence, Progress progress) {}

  private record PartKey(UUID jobId, String key) {}

  private final JobBatch batch;
  private final Map<PartKey, Part> parts = new LinkedHashMap<>();
  private final Map<UUID, Note> notes = new LinkedHashMap<>();

  public Recording(JobBatch batch) {
    this.batch = batch;
  }

  public Verdict add(Reported report) {
    Verdict verdict = batch.apply(report.jobId(), report.command());
    if (verdict == Verdict.ACCEPTED) {
      keep(report, batch.find(report.jobId()).orElseThrow());
    }
    return verdict;
  }

  private void keep(Reported report, Job job) {
    int attempt = report.command().attempt();
    if (report.part() != null) {
      PartKey key = new PartKey(job.id(), report.part().getKey());
      parts.remove(key);
      parts.put(key, new Part(job, attempt, report.part()));
    }
    if (report.progress() != null) {
      notes.put(job.id(), new Note(job, attempt, report.sequence(), report.progress()));
    }
  }

  public JobBatch batch() {
    return batch;
  }

  /** The last of each key. */
  public List<Part> parts() {
    return List.copyOf(parts.values());
  }

  /** The last of each job. */
  public List<Note> notes() {
    return List.copyOf(notes.values());
  }
}
