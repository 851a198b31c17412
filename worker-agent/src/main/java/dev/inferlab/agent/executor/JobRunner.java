package dev.inferlab.agent.executor;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.failure.JobFailedException;

/**
 * Runs the jobs of one kind, inside an executor process. Found by {@link java.util.ServiceLoader}.
 * An executor runs one job at a time; it may die at any point of it (cancel kills it), so nothing
 * may be left outside of the job's folders.
 */
public interface JobRunner {
  /** As in {@code JobSpec.kind}. */
  String kind();

  /**
   * Runs one job to its end.
   *
   * @return the result, in the form that the kind defines
   * @throws JobFailedException if the job failed in a way that its user should read
   */
  ByteString run(JobContext job) throws JobFailedException, Exception;
}
