package dev.inferlab.agent.fake;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc;
import dev.inferlab.proto.artifact.v1.FindMissingRequest;
import dev.inferlab.proto.artifact.v1.FindMissingResponse;
import dev.inferlab.proto.artifact.v1.QueryWriteRequest;
import dev.inferlab.proto.artifact.v1.QueryWriteResponse;
import dev.inferlab.proto.artifact.v1.ReadRequest;
import dev.inferlab.proto.artifact.v1.ReadResponse;
import dev.inferlab.proto.artifact.v1.WriteRequest;
import dev.inferlab.proto.artifact.v1.WriteResponse;
import dev.inferlab.proto.job.v1.Digest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The lab's artifact store in memory; can break transfers after a number of bytes. */
public final class FakeStore extends ArtifactServiceGrpc.ArtifactServiceImplBase {
  private static final int CHUNK = 1000;

  private final Map<Digest, ByteString> stored = new ConcurrentHashMap<>();
  private final Map<Digest, ByteString> partial = new ConcurrentHashMap<>();
  private final List<Digest> asked = new CopyOnWriteArrayList<>();
  private final List<ReadRequest> reads = new CopyOnWriteArrayList<>();

  /** So many of the next reads, and of the next writes, break after one chunk. */
  public final AtomicInteger readsToBreak = new AtomicInteger();

  public final AtomicInteger writesToBreak = new AtomicInteger();

  /** Knows nothing of what is asked for, and has no space for it. */
  public volatile boolean full;

  /** Does not take files, for now. */
  public volatile boolean away;

  public Digest put(byte[] bytes) {
    Digest digest = digest(bytes);
    stored.put(digest, ByteString.copyFrom(bytes));
    return digest;
  }

  /** Forgets everything, so that a long test does not fill the memory. */
  public void clear() {
    stored.clear();
  }

  /** Other bytes under a name than the name says. */
  public void corrupt(Digest digest) {
    byte[] bytes = stored.get(digest).toByteArray();
    bytes[0] ^= 1;
    stored.put(digest, ByteString.copyFrom(bytes));
  }

  public ByteString get(Digest digest) {
    return stored.get(digest);
  }

  /** What an agent had made and asked to store, each time that it asked. */
  public List<Digest> asked() {
    return List.copyOf(asked);
  }

  public List<ReadRequest> reads() {
    return List.copyOf(reads);
  }

  public static Digest digest(byte[] bytes) {
    try {
      return Digest.newBuilder()
          .setSha256(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
          .setSizeBytes(bytes.length)
          .build();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void findMissing(FindMissingRequest request, StreamObserver<FindMissingResponse> answer) {
    asked.addAll(request.getDigestsList());
    if (away) {
      answer.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    answer.onNext(
        FindMissingResponse.newBuilder()
            .addAllMissing(
                request.getDigestsList().stream()
                    .filter(d -> full || !stored.containsKey(d))
                    .toList())
            .build());
    answer.onCompleted();
  }

  @Override
  public void read(ReadRequest request, StreamObserver<ReadResponse> answer) {
    reads.add(request);
    ByteString bytes = stored.get(request.getDigest());
    if (bytes == null) {
      answer.onError(Status.NOT_FOUND.asRuntimeException());
      return;
    }
    boolean breaks = readsToBreak.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    for (int at = (int) request.getOffset(); at < bytes.size(); at += CHUNK) {
      answer.onNext(
          ReadResponse.newBuilder()
              .setData(bytes.substring(at, Math.min(bytes.size(), at + CHUNK)))
              .build());
      if (breaks) {
        answer.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
    }
    answer.onCompleted();
  }

  @Override
  public void queryWrite(QueryWriteRequest request, StreamObserver<QueryWriteResponse> answer) {
    answer.onNext(
        QueryWriteResponse.newBuilder()
            .setComplete(!full && stored.containsKey(request.getDigest()))
            .setCommittedBytes(partial.getOrDefault(request.getDigest(), ByteString.EMPTY).size())
            .build());
    answer.onCompleted();
  }

  @Override
  public StreamObserver<WriteRequest> write(StreamObserver<WriteResponse> answer) {
    return new StreamObserver<>() {
      private Digest digest;
      private ByteString bytes = ByteString.EMPTY;
      private boolean broken;

      @Override
      public void onNext(WriteRequest request) {
        if (digest == null) {
          digest = request.getDigest();
          bytes = partial.getOrDefault(digest, ByteString.EMPTY);
        }
        if (broken) {
          return;
        }
        if (request.getOffset() != bytes.size()) {
          broken = true;
          answer.onError(
              Status.INVALID_ARGUMENT.withDescription("wrong offset").asRuntimeException());
          return;
        }
        if (full) {
          broken = true;
          Metadata code = new Metadata();
          code.put(
              Metadata.Key.of("inferlab-code", Metadata.ASCII_STRING_MARSHALLER),
              "ARTIFACT_STORE_FULL");
          answer.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException(code));
          return;
        }
        bytes = bytes.concat(request.getData());
        partial.put(digest, bytes);
        if (writesToBreak.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
          broken = true;
          answer.onError(Status.UNAVAILABLE.asRuntimeException());
        }
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        if (broken) {
          return;
        }
        if (!digest(bytes.toByteArray()).equals(digest)) {
          answer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
          return;
        }
        stored.put(digest, bytes);
        answer.onNext(WriteResponse.newBuilder().setSizeBytes(bytes.size()).build());
        answer.onCompleted();
      }
    };
  }
}
