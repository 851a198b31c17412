package dev.inferlab.agent.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.artifact.ArtifactCache;
import dev.inferlab.agent.artifact.ArtifactTransfer;
import dev.inferlab.agent.config.ExecutorConfig;
import dev.inferlab.agent.fake.FakeStore;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.agent.observe.Tracing;
import dev.inferlab.agent.process.ExecutorPool;
import dev.inferlab.agent.session.Leases;
import dev.inferlab.agent.session.UpdateBuffer;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.job.v1.Environment;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.Problem;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong in the agent itself ends the attempt that it hits, and is told. */
class AttemptsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long TOGETHER = 400L << 20;

  @TempDir Path folder;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final UpdateBuffer updates = new UpdateBuffer(1 << 20, () -> {});
  private final Leases leases = new Leases(System::nanoTime);
  private int linesThatFit = Integer.MAX_VALUE;
  private ExecutorPool executors;
  private Attempts attempts;

  @BeforeEach
  void start() throws Exception {
    ExecutorConfig config =
        new ExecutorConfig(
            1,
            64L << 20,
            1L << 30,
            1L << 20,
            1L << 30,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            "");
    executors =
        new ExecutorPool(
            config, TOGETHER, folder.resolve("work"), folder.resolve("logs"), metrics, "target");
    attempts = new Attempts(stages(), leases, 1);
  }

  @AfterEach
  void stop() {
    executors.close();
  }

  private Stages stages() throws Exception {
    ArtifactCache cache =
        new ArtifactCache(folder.resolve("cache"), 1 << 20, InstantSource.system());
    return new Stages(
        new ArtifactTransfer(new BrokenChannel(), cache, metrics),
        executors,
        new ExecutionLog(
            folder.resolve("executions.log"),
            InstantSource.system(),
            "target",
            1 << 20,
            this::openFullAfter),
        updates,
        Tracing.fromEnvironment("test", Map.of()),
        Environment.getDefaultInstance(),
        1L << 30,
        1L << 20);
  }

  private RandomAccessFile openFullAfter(Path path) throws IOException {
    return new RandomAccessFile(path.toFile(), "rw") {
      @Override
      public void write(byte[] bytes) throws IOException {
        if (linesThatFit-- <= 0) {
          throw new IOException("No space left on device");
        }
        super.write(bytes);
      }
    };
  }

  /** As a class that is missing from the agent's installation makes it. */
  private static final class BrokenChannel extends Channel {
    @Override
    public <A, B> ClientCall<A, B> newCall(MethodDescriptor<A, B> method, CallOptions options) {
      throw new NoClassDefFoundError("io/grpc/Some");
    }

    @Override
    public String authority() {
      return "nowhere";
    }
  }

  @Test
  void anErrorInAStageIsReportedAndFreesTheSlotAndTheLease() throws Exception {
    Assignment.Builder job = Jobs.assignment("broken", "noop", "");
    job.getJobBuilder()
        .addInputs(FileRef.newBuilder().setPath("a").setDigest(FakeStore.digest(new byte[] {1})));
    attempts.assigned(job.build());
    assertThat(attempts.awaitNone(PATIENCE)).isTrue();
    assertThat(attempts.freeSlots()).isEqualTo(1);
    Problem problem = updates.nextBatch().orElseThrow().getUpdates(0).getFailed();
    assertThat(problem.getCode()).isEqualTo("EXECUTOR_INTERNAL");
    assertThat(problem.getDetail()).doesNotContain("grpc");
    updates.acknowledged(1);
    assertThat(attempts.live()).isEmpty();
  }

  @Test
  void aDiskThatBecameFullMeanwhileDoesNotTakeTheResult() throws Exception {
    linesThatFit = 1;
    assertThat(endOf("done").hasSucceeded()).isTrue();
  }

  @Test
  void withoutSpaceForTheLogNothingIsBegun() throws Exception {
    linesThatFit = 0;
    Update end = endOf("full");
    assertThat(end.getFailed().getCode()).isEqualTo("DISK_FULL");
    assertThat(end.getFailed().getErrorClass()).isEqualTo(ErrorClass.RESOURCE);
  }

  @Test
  void whatAllMayHoldTogetherEndsTheOneThatHoldsMost() throws Exception {
    Problem problem = endOf("greedy", "memory", "{\"mebibytes\":600}").getFailed();
    assertThat(problem.getCode()).isEqualTo("JOB_MEMORY_LIMIT");
    assertThat(problem.getDetail()).contains("together");
  }

  private Update endOf(String job) throws InterruptedException {
    return endOf(job, "noop", "");
  }

  private Update endOf(String job, String kind, String options) throws InterruptedException {
    attempts.assigned(Jobs.assignment(job, kind, options).build());
    assertThat(attempts.awaitNone(PATIENCE)).isTrue();
    return updates.nextBatch().orElseThrow().getUpdatesList().getLast();
  }
}
