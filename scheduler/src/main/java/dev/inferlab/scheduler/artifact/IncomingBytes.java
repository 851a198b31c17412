package dev.inferlab.scheduler.artifact;

import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.artifact.ResumableWrite;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.proto.artifact.v1.WriteRequest;
import dev.inferlab.proto.artifact.v1.WriteResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Stores a stream of bytes as it comes: one message in work at a time, in order, on a virtual
 * thread. What was stored of a broken stream is kept for the next one.
 */
final class IncomingBytes implements StreamObserver<WriteRequest> {

  private static final int MOST_CHUNK = 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerCallStreamObserver<WriteResponse> agent;
  private final ArtifactStore store;
  private final Executor threads;
  private final Vertx vertx;
  private final Runnable whenOver;
  private final long watch;
  private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);
  private ResumableWrite write;
  private Digest digest;
  private boolean over;
  private volatile long heardAt = System.nanoTime();

  /** To be made before the call's method returns. */
  IncomingBytes(
      ServerCallStreamObserver<WriteResponse> agent,
      ArtifactStore store,
      Executor threads,
      Vertx vertx,
      Runnable whenOver) {
    this.agent = agent;
    this.store = store;
    this.threads = threads;
    this.vertx = vertx;
    this.whenOver = whenOver;
    agent.disableAutoRequest();
    agent.setOnCancelHandler(() -> then(this::end));
    agent.request(1);
    watch = vertx.setPeriodic(PATIENCE.toMillis() / 4, _ -> checkSilence());
  }

  @Override
  public void onNext(WriteRequest request) {
    heardAt = System.nanoTime();
    then(() -> store(request));
  }

  @Override
  public void onError(Throwable failure) {
    then(this::end);
  }

  @Override
  public void onCompleted() {
    then(this::finish);
  }

  private synchronized void then(Runnable step) {
    tail =
        tail.thenRunAsync(
            () -> {
              if (!over) {
                try {
                  step.run();
                } catch (RuntimeException e) {
                  fail(Problems.status(e));
                }
              }
            },
            threads);
  }

  private void store(WriteRequest request) {
    if (write == null) {
      digest = Digest.of(request.getDigest());
      write = store.resume(digest);
    }
    if (request.getData().size() > MOST_CHUNK) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID, "A chunk has at most %d bytes.".formatted(MOST_CHUNK));
    }
    // Who sends what is there already need not send it all.
    if (write.committedBytes() == digest.sizeBytes()) {
      finish();
      return;
    }
    write.append(request.getOffset(), request.getData().asReadOnlyByteBuffer());
    heardAt = System.nanoTime();
    agent.request(1);
  }

  private void finish() {
    if (write == null) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID, "The first message must name the digest.");
    }
    write.finish();
    end();
    agent.onNext(WriteResponse.newBuilder().setSizeBytes(digest.sizeBytes()).build());
    agent.onCompleted();
  }

  private void checkSilence() {
    if (silent()) {
      then(this::endIfSilent);
    }
  }

  // Asked again in its turn: the step before may be what took so long, with bytes waiting behind
  // it.
  private void endIfSilent() {
    if (silent()) {
      fail(Status.DEADLINE_EXCEEDED.withDescription("nothing came").asRuntimeException());
    }
  }

  private boolean silent() {
    return System.nanoTime() - heardAt > PATIENCE.toNanos();
  }

  private void fail(RuntimeException failure) {
    end();
    if (!agent.isCancelled()) {
      agent.onError(failure);
    }
  }

  private void end() {
    if (!over) {
      over = true;
      vertx.cancelTimer(watch);
      if (write != null) {
        write.close();
      }
      whenOver.run();
    }
  }
}
