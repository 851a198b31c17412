package dev.inferlab.scheduler.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc;
import dev.inferlab.proto.artifact.v1.ArtifactServiceGrpc.ArtifactServiceBlockingStub;
import dev.inferlab.proto.artifact.v1.FindMissingRequest;
import dev.inferlab.proto.artifact.v1.QueryWriteRequest;
import dev.inferlab.proto.artifact.v1.QueryWriteResponse;
import dev.inferlab.proto.artifact.v1.ReadRequest;
import dev.inferlab.proto.artifact.v1.WriteRequest;
import dev.inferlab.proto.artifact.v1.WriteResponse;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.scheduler.lab.AgentPort;
import dev.inferlab.scheduler.lab.ComponentTest;
import dev.inferlab.testkit.InfraResource;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes there and back over a real connection. */
@QuarkusTest
@WithTestResource(InfraResource.class)
@WithTestResource(AgentPort.class)
class ArtifactTransferTest {

  private static final int CHUNK = 512 * 1024;

  private final byte[] bytes = bytes(5 * CHUNK + 123);
  private final Digest digest = digest(bytes);
  private ManagedChannel channel;
  private ArtifactServiceBlockingStub blocking;

  @BeforeEach
  void connect() {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", ComponentTest.port()).usePlaintext().build();
    blocking = ArtifactServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void disconnect() {
    channel.shutdownNow();
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    FindMissingRequest all = FindMissingRequest.newBuilder().addDigests(digest).build();
    assertThat(blocking.findMissing(all).getMissingList()).containsExactly(digest);
    assertThat(write(digest, bytes, 0, bytes.length).getSizeBytes()).isEqualTo(bytes.length);
    assertThat(blocking.findMissing(all).getMissingList()).isEmpty();
    assertThat(read(digest, 0)).isEqualTo(bytes);
    byte[] rest = java.util.Arrays.copyOfRange(bytes, 1_000_000, bytes.length);
    assertThat(read(digest, 1_000_000)).isEqualTo(rest);
    assertThat(query().getComplete()).isTrue();
    assertThat(write(digest, bytes, 0, bytes.length).getSizeBytes())
        .as("what is there already is success")
        .isEqualTo(bytes.length);
  }

  @Test
  void aBrokenWriteGoesOnWhereItEnded() throws Exception {
    CompletableFuture<WriteResponse> broken = new CompletableFuture<>();
    StreamObserver<WriteRequest> first = open(broken);
    first.onNext(chunk(digest, bytes, 0, CHUNK));
    first.onNext(chunk(digest, bytes, CHUNK, 2 * CHUNK));
    org.awaitility.Awaitility.await().until(() -> query().getCommittedBytes() == 2L * CHUNK);
    first.onError(Status.CANCELLED.asRuntimeException());
    int kept = (int) query().getCommittedBytes();
    assertThat(kept).isEqualTo(2 * CHUNK);
    write(digest, bytes, kept, bytes.length);
    assertThat(read(digest, 0)).isEqualTo(bytes);
  }

  @Test
  void bytesThatAreNotWhatTheirNameSaysAreThrownAway() {
    byte[] other = bytes(bytes.length);
    assertThatThrownBy(() -> write(digest, other, 0, other.length))
        .isInstanceOf(ExecutionException.class)
        .satisfies(
            it ->
                assertCode(
                    it.getCause(), Status.Code.INVALID_ARGUMENT, "ARTIFACT_DIGEST_MISMATCH"));
    assertThat(query().getCommittedBytes()).isZero();
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> read(digest(bytes(7)), 0))
        .satisfies(it -> assertCode(it, Status.Code.NOT_FOUND, "ARTIFACT_NOT_FOUND"));
    Digest traversal = Digest.newBuilder().setSha256("../../../etc/passwd").setSizeBytes(1).build();
    assertThatThrownBy(() -> read(traversal, 0))
        .satisfies(it -> assertCode(it, Status.Code.INVALID_ARGUMENT, "ARTIFACT_DIGEST_INVALID"));
    assertThatThrownBy(() -> write(digest, bytes, 17, bytes.length))
        .satisfies(
            it -> assertCode(it.getCause(), Status.Code.OUT_OF_RANGE, "ARTIFACT_OFFSET_INVALID"));
  }

  private static void assertCode(Throwable failure, Status.Code status, String code) {
    assertThat(failure).isInstanceOf(StatusRuntimeException.class);
    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(status);
    assertThat(Status.trailersFromThrowable(failure).get(Problems.CODE)).isEqualTo(code);
  }

  private QueryWriteResponse query() {
    return blocking.queryWrite(QueryWriteRequest.newBuilder().setDigest(digest).build());
  }

  private byte[] read(Digest wanted, long offset) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ReadRequest request = ReadRequest.newBuilder().setDigest(wanted).setOffset(offset).build();
    blocking.read(request).forEachRemaining(it -> all.writeBytes(it.getData().toByteArray()));
    return all.toByteArray();
  }

  private WriteResponse write(Digest name, byte[] from, int start, int end) throws Exception {
    CompletableFuture<WriteResponse> answer = new CompletableFuture<>();
    StreamObserver<WriteRequest> out = open(answer);
    for (int at = start; at < end; at += CHUNK) {
      out.onNext(chunk(name, from, at, Math.min(end, at + CHUNK)));
    }
    out.onCompleted();
    return answer.get(60, TimeUnit.SECONDS);
  }

  private StreamObserver<WriteRequest> open(CompletableFuture<WriteResponse> answer) {
    return ArtifactServiceGrpc.newStub(channel)
        .write(
            new StreamObserver<>() {
              @Override
              public void onNext(WriteResponse response) {
                answer.complete(response);
              }

              @Override
              public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                // The response came before.
              }
            });
  }

  private static WriteRequest chunk(Digest name, byte[] from, int start, int end) {
    return WriteRequest.newBuilder()
        .setDigest(name)
        .setOffset(start)
        .setData(ByteString.copyFrom(from, start, end - start))
        .build();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random().nextBytes(bytes);
    return bytes;
  }

  private static Digest digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Digest.newBuilder()
          .setSha256(HexFormat.of().formatHex(hash))
          .setSizeBytes(bytes.length)
          .build();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
