package dev.inferlab.agent.artifact;

import com.google.protobuf.UnsafeByteOperations;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.retry.Backoff;
import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc;
import dev.inferlab.proto.artifact.v1.FindMissingRequest;
import dev.inferlab.proto.artifact.v1.QueryWriteRequest;
import dev.inferlab.proto.artifact.v1.ReadRequest;
import dev.inferlab.proto.artifact.v1.ReadResponse;
import dev.inferlab.proto.artifact.v1.WriteRequest;
import dev.inferlab.proto.job.v1.Digest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Moves artifacts between this machine and the lab's store; goes on where a broken transfer ended.
 */
public final class ArtifactTransfer {
  private static final int CHUNK_BYTES = 512 << 10;
  private static final long CALL_SECONDS = 30;
  private static final int TRIES_WHILE_FULL = 6;
  private static final String STORE_FULL = "ARTIFACT_STORE_FULL";
  private static final Metadata.Key<String> CODE =
      Metadata.Key.of("inferlab-code", Metadata.ASCII_STRING_MARSHALLER);

  private final Channel channel;
  private final ArtifactCache cache;
  private final Counter in;
  private final Counter out;

  public ArtifactTransfer(Channel channel, ArtifactCache cache, MeterRegistry metrics) {
    this.channel = channel;
    this.cache = cache;
    this.in = counter(metrics, "in");
    this.out = counter(metrics, "out");
  }

  /** Named as services name theirs, but of this machine: what comes in here went out there. */
  private static Counter counter(MeterRegistry metrics, String direction) {
    return Counter.builder("inferlab.artifact.bytes")
        .description("Bytes of artifacts into and out of this machine")
        .tag("direction", direction)
        .register(metrics);
  }

  /** The artifact's file here, downloaded if need be; pinned in the cache until closed. */
  public ArtifactCache.Pinned fetch(Digest digest) throws JobFailedException, InterruptedException {
    return cache.get(digest, this::read);
  }

  private void read(Digest digest, long offset, ArtifactSource.Sink sink)
      throws IOException, JobFailedException, InterruptedException {
    Context.CancellableContext context = Context.current().withCancellation();
    Context previous = context.attach();
    try {
      Iterator<ReadResponse> chunks =
          ArtifactServiceGrpc.newBlockingStub(channel)
              .read(ReadRequest.newBuilder().setDigest(digest).setOffset(offset).build());
      while (chunks.hasNext()) {
        byte[] bytes = chunks.next().getData().toByteArray();
        sink.write(bytes);
        in.increment(bytes.length);
      }
    } catch (StatusRuntimeException e) {
      interrupted();
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        throw Failure.ARTIFACT_NOT_FOUND.exception(
            "An input file of the job is not in the lab's store any more. Upload it again.", e);
      }
      throw new BrokenTransferException("Reading broke.", e);
    } finally {
      context.detach(previous);
      context.cancel(null);
    }
  }

  /**
   * Stores a file. Tries again, with pauses, for as long as the way is broken: the caller
   * interrupts it when the attempt loses its lease. A full store is no broken way: it gets a few
   * tries, then the job gives its device back.
   */
  public void store(Path file, Digest digest) throws JobFailedException, InterruptedException {
    Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(3), new Random());
    int whileFull = 0;
    while (true) {
      try {
        if (missing(digest)) {
          write(file, digest);
        }
        return;
      } catch (StatusRuntimeException e) {
        interrupted();
        if (permanent(e.getStatus().getCode())) {
          throw Failure.ARTIFACT_TRANSFER_FAILED.exception(
              "The lab's store refused a file that the job produced ("
                  + e.getStatus().getCode()
                  + ").",
              e);
        }
        if (isFull(e) && ++whileFull == TRIES_WHILE_FULL) {
          throw Failure.ARTIFACT_STORE_FULL.exception(
              "The lab's artifact store has no space left for a file that the job produced."
                  + " Free some, then run it again.",
              e);
        }
      } catch (IOException e) {
        throw ArtifactCache.diskFailure(e);
      }
      backoff.pause();
    }
  }

  private static boolean isFull(StatusRuntimeException e) {
    return e.getTrailers() != null && STORE_FULL.equals(e.getTrailers().get(CODE));
  }

  private static boolean permanent(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> true;
      default -> false;
    };
  }

  private boolean missing(Digest digest) {
    return blocking()
            .findMissing(FindMissingRequest.newBuilder().addDigests(digest).build())
            .getMissingCount()
        > 0;
  }

  private void write(Path file, Digest digest) throws IOException, InterruptedException {
    var committed = blocking().queryWrite(QueryWriteRequest.newBuilder().setDigest(digest).build());
    if (committed.getComplete()) {
      return;
    }
    try (InputStream source = Files.newInputStream(file);
        UploadStream upload = new UploadStream(channel)) {
      long offset = committed.getCommittedBytes();
      source.skipNBytes(offset);
      boolean first = true;
      byte[] chunk = source.readNBytes(CHUNK_BYTES);
      while (first || chunk.length > 0) {
        WriteRequest.Builder message =
            WriteRequest.newBuilder()
                .setOffset(offset)
                .setData(UnsafeByteOperations.unsafeWrap(chunk));
        if (first) {
          message.setDigest(digest);
        }
        upload.send(message.build());
        out.increment(chunk.length);
        offset += chunk.length;
        first = false;
        chunk = source.readNBytes(CHUNK_BYTES);
      }
      upload.finish();
    }
  }

  private ArtifactServiceGrpc.ArtifactServiceBlockingStub blocking() {
    return ArtifactServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
  }

  /** gRPC turns an interrupt into a cancelled call; the caller must learn of the interrupt. */
  private static void interrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
