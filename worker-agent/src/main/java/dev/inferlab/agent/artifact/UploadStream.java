package dev.inferlab.agent.artifact;

import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc;
import dev.inferlab.proto.artifact.v1.WriteRequest;
import dev.inferlab.proto.artifact.v1.WriteResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;

/** One Write call, used by one thread: sends no faster than the store takes. */
final class UploadStream
    implements ClientResponseObserver<WriteRequest, WriteResponse>, AutoCloseable {
  private ClientCallStreamObserver<WriteRequest> call;
  private boolean completed;
  private Throwable failure;
  private boolean answered;

  UploadStream(Channel channel) {
    ArtifactServiceGrpc.newStub(channel).write(this);
  }

  /** Blocks until the store is ready for it. */
  synchronized void send(WriteRequest message) throws InterruptedException {
    while (!call.isReady() && !completed) {
      wait();
    }
    if (completed) {
      throw failed();
    }
    call.onNext(message);
  }

  /** Blocks until the store verified and kept the bytes. */
  synchronized void finish() throws InterruptedException {
    call.onCompleted();
    while (!completed) {
      wait();
    }
    if (!answered) {
      throw failed();
    }
  }

  private StatusRuntimeException failed() {
    return failure == null
        ? Status.UNAVAILABLE.withDescription("The store ended the upload.").asRuntimeException()
        : Status.fromThrowable(failure).asRuntimeException(Status.trailersFromThrowable(failure));
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WriteRequest> stream) {
    call = stream;
    stream.setOnReadyHandler(this::wake);
  }

  private synchronized void wake() {
    notifyAll();
  }

  @Override
  public synchronized void onNext(WriteResponse response) {
    answered = true;
  }

  @Override
  public synchronized void onError(Throwable error) {
    failure = error;
    completed = true;
    notifyAll();
  }

  @Override
  public synchronized void onCompleted() {
    completed = true;
    notifyAll();
  }

  @Override
  public synchronized void close() {
    if (!completed) {
      call.cancel("upload given up", null);
    }
  }
}
