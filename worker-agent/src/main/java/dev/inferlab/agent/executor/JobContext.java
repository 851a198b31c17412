package dev.inferlab.agent.executor;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.inferlab.agent.artifact.Digests;
import dev.inferlab.agent.observe.Tracing;
import dev.inferlab.proto.executor.v1.Finished;
import dev.inferlab.proto.executor.v1.FromExecutor;
import dev.inferlab.proto.executor.v1.Part;
import dev.inferlab.proto.executor.v1.ProducedFile;
import dev.inferlab.proto.executor.v1.Run;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.Environment;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * What a running job sees of the world: its options, its folders, and the way to tell how far it
 * is.
 */
public final class JobContext {
  private final Run run;
  private final Wire wire;
  private final Tracing tracing;
  private final List<ProducedFile> produced = new ArrayList<>();
  private volatile PartOnItsWay waitingFor = new PartOnItsWay("");

  private record PartOnItsWay(String key, CountDownLatch stored) {
    PartOnItsWay(String key) {
      this(key, new CountDownLatch(1));
    }
  }

  JobContext(Run run, Wire wire, Tracing tracing) {
    this.run = run;
    this.wire = wire;
    this.tracing = tracing;
  }

  public JobSpec spec() {
    return run.getJob();
  }

  public int attempt() {
    return run.getAttempt();
  }

  /** As OpenVINO names it. */
  public String device() {
    return run.getDevice();
  }

  /** What the agent knows of the machine; to be completed by the kind. */
  public Environment environment() {
    return run.getEnvironment();
  }

  /** Holds the job's inputs under their paths; private to this attempt. */
  public Path inputs() {
    return Path.of(run.getInputsFolder());
  }

  /** For files that the job makes; private to this attempt, gone after it. */
  public Path outputs() {
    return Path.of(run.getOutputsFolder());
  }

  /** Keys of parts that earlier attempts left: not to be done again. */
  public Set<String> completedParts() {
    return Set.copyOf(run.getCompletedPartsList());
  }

  /** Those parts, whole. */
  public List<ResultPart> earlierParts() {
    return run.getPartsList();
  }

  public Tracing tracing() {
    return tracing;
  }

  /** Says how far the job is; about once a second is right. */
  public void progress(double fraction, String stage) {
    send(
        FromExecutor.newBuilder()
            .setProgress(Progress.newBuilder().setFraction(fraction).setStage(stage))
            .build());
  }

  /**
   * Makes an artifact of a file in {@link #outputs()}. The agent stores it before it passes on the
   * next part or the result.
   */
  public Digest artifact(Path file) throws IOException {
    Digest digest = Digests.of(file);
    String path = outputs().relativize(file).toString();
    produced.add(ProducedFile.newBuilder().setPath(path).setDigest(digest).build());
    return digest;
  }

  /** The same for bytes in memory. */
  public Digest artifact(String name, MessageLite content) throws IOException {
    Path file = outputs().resolve(name);
    Files.write(file, content.toByteArray());
    return artifact(file);
  }

  /**
   * Hands over a piece of the result that is worth keeping even if this attempt is lost. Returns
   * when the agent has stored its files, so that no transfer disturbs what is measured next. While
   * the lab cannot be reached this waits: the agent ends the attempt when its time or its lease is
   * over.
   */
  public void part(String key, ByteString payload) throws InterruptedException {
    PartOnItsWay part = new PartOnItsWay(key);
    waitingFor = part;
    send(
        FromExecutor.newBuilder()
            .setPart(
                Part.newBuilder()
                    .setPart(ResultPart.newBuilder().setKey(key).setPayload(payload))
                    .addAllFiles(produced))
            .build());
    produced.clear();
    part.stored().await();
  }

  /** The agent stored this part. */
  void partStored(String key) {
    PartOnItsWay part = waitingFor;
    if (part.key().equals(key)) {
      part.stored().countDown();
    }
  }

  void finish(ByteString result) {
    send(
        FromExecutor.newBuilder()
            .setFinished(Finished.newBuilder().setResult(result).addAllFiles(produced))
            .build());
  }

  private void send(FromExecutor message) {
    try {
      wire.send(message);
    } catch (IOException e) {
      throw new UncheckedIOException("The agent is gone.", e);
    }
  }
}
