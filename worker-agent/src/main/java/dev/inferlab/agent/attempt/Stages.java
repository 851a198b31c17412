package dev.inferlab.agent.attempt;

import dev.inferlab.agent.artifact.ArtifactTransfer;
import dev.inferlab.agent.observe.Tracing;
import dev.inferlab.agent.process.ExecutorPool;
import dev.inferlab.agent.session.UpdateBuffer;
import dev.inferlab.proto.job.v1.Environment;
import java.util.concurrent.Semaphore;

/**
 * What the stages of every attempt share: accept (a slot) → fetch inputs → execute → report.
 *
 * @param environment what is known of the machine, for measuring kinds
 * @param memoryLimitBytes the most for an executor; a job may ask for less
 */
public record Stages(
    ArtifactTransfer transfer,
    ExecutorPool executors,
    ExecutionLog log,
    UpdateBuffer updates,
    Tracing tracing,
    Environment environment,
    long memoryLimitBytes,
    long outputLimitBytes,
    Semaphore fetching,
    DeviceGate devices) {
  private static final int DOWNLOADS = 2;

  /** With the gates that all attempts pass, open. */
  public Stages(
      ArtifactTransfer transfer,
      ExecutorPool executors,
      ExecutionLog log,
      UpdateBuffer updates,
      Tracing tracing,
      Environment environment,
      long memoryLimitBytes,
      long outputLimitBytes) {
    this(
        transfer,
        executors,
        log,
        updates,
        tracing,
        environment,
        memoryLimitBytes,
        outputLimitBytes,
        new Semaphore(DOWNLOADS, true),
        new DeviceGate());
  }
}
