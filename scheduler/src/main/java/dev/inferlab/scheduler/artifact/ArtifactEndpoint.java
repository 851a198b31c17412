package dev.inferlab.scheduler.artifact;

import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.artifact.ResumableWrite;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc.ArtifactServiceImplBase;
import dev.inferlab.proto.artifact.v1.FindMissingRequest;
import dev.inferlab.proto.artifact.v1.FindMissingResponse;
import dev.inferlab.proto.artifact.v1.QueryWriteRequest;
import dev.inferlab.proto.artifact.v1.QueryWriteResponse;
import dev.inferlab.proto.artifact.v1.ReadRequest;
import dev.inferlab.proto.artifact.v1.ReadResponse;
import dev.inferlab.proto.artifact.v1.WriteRequest;
import dev.inferlab.proto.artifact.v1.WriteResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Agents read inputs and write results by digest. Every call blocks a virtual thread of its own.
 */
@GrpcService
public class ArtifactEndpoint extends ArtifactServiceImplBase {

  private static final int MOST_DIGESTS = 1_000;
  private static final int MOST_TRANSFERS = 128;

  private final ArtifactStore store;
  private final Vertx vertx;
  private final Semaphore transfers = new Semaphore(MOST_TRANSFERS);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  ArtifactEndpoint(ArtifactStore store, Vertx vertx) {
    this.store = store;
    this.vertx = vertx;
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  @Override
  public void findMissing(
      FindMissingRequest request, StreamObserver<FindMissingResponse> responses) {
    answer(responses, () -> findMissing(request));
  }

  private FindMissingResponse findMissing(FindMissingRequest request) {
    if (request.getDigestsCount() > MOST_DIGESTS) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID,
          "At most %d digests may be asked for at once.".formatted(MOST_DIGESTS));
    }
    List<Digest> digests = request.getDigestsList().stream().map(Digest::of).toList();
    FindMissingResponse.Builder response = FindMissingResponse.newBuilder();
    store.findMissing(digests).forEach(digest -> response.addMissing(digest.toProto()));
    return response.build();
  }

  @Override
  public void queryWrite(QueryWriteRequest request, StreamObserver<QueryWriteResponse> responses) {
    answer(responses, () -> queryWrite(Digest.of(request.getDigest())));
  }

  private QueryWriteResponse queryWrite(Digest digest) {
    if (store.has(digest)) {
      return QueryWriteResponse.newBuilder()
          .setCommittedBytes(digest.sizeBytes())
          .setComplete(true)
          .build();
    }
    try (ResumableWrite write = store.resume(digest)) {
      return QueryWriteResponse.newBuilder().setCommittedBytes(write.committedBytes()).build();
    }
  }

  private <T> void answer(StreamObserver<T> responses, Supplier<T> work) {
    threads.execute(
        () -> {
          try {
            T response = work.get();
            responses.onNext(response);
            responses.onCompleted();
          } catch (RuntimeException e) {
            responses.onError(Problems.status(e));
          }
        });
  }

  @Override
  public void read(ReadRequest request, StreamObserver<ReadResponse> responses) {
    if (!transfers.tryAcquire()) {
      responses.onError(Problems.overloaded());
      return;
    }
    var agent = (ServerCallStreamObserver<ReadResponse>) responses;
    OutgoingBytes bytes = new OutgoingBytes(agent);
    threads.execute(
        () -> {
          try {
            bytes.send(() -> store.open(Digest.of(request.getDigest()), request.getOffset()));
          } finally {
            transfers.release();
          }
        });
  }

  @Override
  public StreamObserver<WriteRequest> write(StreamObserver<WriteResponse> responses) {
    var agent = (ServerCallStreamObserver<WriteResponse>) responses;
    if (!transfers.tryAcquire()) {
      responses.onError(Problems.overloaded());
      return new Ignored<>();
    }
    return new IncomingBytes(agent, store, threads, vertx, transfers::release);
  }

  private static final class Ignored<T> implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      // The call was refused already.
    }

    @Override
    public void onError(Throwable failure) {
      // The call was refused already.
    }

    @Override
    public void onCompleted() {
      // The call was refused already.
    }
  }
}
