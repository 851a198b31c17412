package dev.inferlab.scheduler.artifact;

import com.google.protobuf.UnsafeByteOperations;
import dev.inferlab.proto.artifact.v1.ReadResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Sends a stream of bytes no faster than the agent takes it. */
final class OutgoingBytes {

  private static final int CHUNK = 256 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerCallStreamObserver<ReadResponse> agent;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** To be made before the call's method returns. */
  OutgoingBytes(ServerCallStreamObserver<ReadResponse> agent) {
    this.agent = agent;
    agent.setOnReadyHandler(this::wake);
    agent.setOnCancelHandler(this::wake);
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void send(Supplier<InputStream> source) {
    try (InputStream bytes = source.get()) {
      byte[] chunk = new byte[CHUNK];
      int length;
      while ((length = bytes.readNBytes(chunk, 0, CHUNK)) > 0) {
        if (!awaitReady()) {
          return;
        }
        agent.onNext(
            ReadResponse.newBuilder()
                .setData(UnsafeByteOperations.unsafeWrap(Arrays.copyOf(chunk, length)))
                .build());
      }
      agent.onCompleted();
    } catch (IOException | RuntimeException e) {
      if (!agent.isCancelled()) {
        agent.onError(Problems.status(e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      agent.onError(Status.UNAVAILABLE.withDescription("stopping").asRuntimeException());
    }
  }

  /** False if the agent is gone or takes nothing for too long. */
  private boolean awaitReady() throws InterruptedException {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!agent.isReady() && !agent.isCancelled()) {
        if (left <= 0) {
          agent.onError(
              Status.DEADLINE_EXCEEDED.withDescription("nothing was read").asRuntimeException());
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return !agent.isCancelled();
    } finally {
      lock.unlock();
    }
  }
}
