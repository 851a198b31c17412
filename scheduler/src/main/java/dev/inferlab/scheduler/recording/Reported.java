package dev.inferlab.scheduler.recording;

import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.scheduler.job.JobCommand;
import java.util.UUID;

/**
 * One update of an agent, read and found well-formed.
 *
 * @param sequence of the update on the agent's stream
 * @param progress null if it reports none
 * @param part null if it brings none
 */
public record Reported(
    long sequence, UUID jobId, JobCommand.Report command, Progress progress, ResultPart part) {

  static Reported command(long sequence, UUID jobId, JobCommand.Report command) {
    return new Reported(sequence, jobId, command, null, null);
  }
}
