package dev.inferlab.platform.artifact;

import static dev.inferlab.platform.problem.ProblemCode.ARTIFACT_DIGEST_MISMATCH;
import static dev.inferlab.platform.problem.ProblemCode.ARTIFACT_NOT_FOUND;
import static dev.inferlab.platform.problem.ProblemCode.ARTIFACT_OFFSET_INVALID;
import static dev.inferlab.platform.problem.ProblemCode.ARTIFACT_TOO_LARGE;
import static dev.inferlab.platform.problem.ProblemCode.ARTIFACT_WRITE_SUPERSEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.testkit.time.ManualClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every artifact store does, whatever it stands on. */
abstract class ArtifactStoreContract {
  static final long LIMIT = 12 << 20;

  final MeterRegistry metrics = new SimpleMeterRegistry();
  final ManualClock clock = new ManualClock(Instant.now());
  @TempDir Path folder;
  ArtifactStore store;

  /** The store as another replica, or this one after a restart, opens it. */
  abstract ArtifactStore open(Path folder, MeterRegistry metrics);

  @BeforeEach
  void openStore() {
    store = open(folder, metrics);
  }

  @Test
  void givesBackWhatWasPutUnderItsSha256() throws IOException {
    byte[] bytes = bytes(1, 3_000_000);

    Digest digest = put(bytes);

    assertThat(digest).isEqualTo(digestOf(bytes));
    assertThat(read(digest, 0)).isEqualTo(bytes);
    assertThat(store.has(digest)).isTrue();
  }

  @Test
  void knowsTheEmptyArtifact() throws IOException {
    Digest digest = put(new byte[0]);

    assertThat(digest.sha256())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(read(digest, 0)).isEmpty();
  }

  @Test
  void readsFromAnyOffset() throws IOException {
    byte[] bytes = bytes(2, 100_000);
    Digest digest = put(bytes);

    assertThat(read(digest, 99_999)).containsExactly(bytes[99_999]);
    assertThat(read(digest, 40_000)).isEqualTo(Arrays.copyOfRange(bytes, 40_000, 100_000));
    assertThat(read(digest, 100_000)).isEmpty();
    fails(ARTIFACT_OFFSET_INVALID, () -> store.open(digest, 100_001));
    fails(ARTIFACT_OFFSET_INVALID, () -> store.open(digest, -1));
  }

  @Test
  void saysWhichAreMissing() throws IOException {
    Digest there = put(bytes(3, 10));
    Digest absent = digestOf(bytes(4, 10));
    Digest otherSize = new Digest(there.sha256(), 11);

    assertThat(store.findMissing(List.of(there, absent, otherSize)))
        .isEqualTo(Set.of(absent, otherSize));
    fails(ARTIFACT_NOT_FOUND, () -> store.open(absent, 0));
    fails(ARTIFACT_NOT_FOUND, () -> store.open(otherSize, 0));
  }

  @Test
  void deletesForGood() throws IOException {
    Digest digest = put(bytes(5, 10));

    assertThat(store.delete(digest, Instant.MAX)).isTrue();

    assertThat(store.has(digest)).isFalse();
    assertThat(store.delete(digest, Instant.MAX)).isTrue();
    assertThat(put(bytes(5, 10))).isEqualTo(digest);
    assertThat(read(digest, 0)).isEqualTo(bytes(5, 10));
  }

  @Test
  void deletesNothingThatWasStoredOrFoundSince() throws IOException {
    Digest left = put(bytes(16, 10));
    Digest asked = put(bytes(17, 10));
    Digest putAgain = put(bytes(18, 10));
    Digest writtenAgain = put(bytes(19, 10));
    // S3 tells times in whole seconds.
    Instant later = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    assertThat(store.delete(left, later.minusSeconds(60))).isFalse();
    await().until(() -> Instant.now().isAfter(later));
    clock.advance(Duration.ofMinutes(2));

    assertThat(store.findMissing(List.of(asked))).isEmpty();
    put(bytes(18, 10));
    try (ResumableWrite write = store.resume(writtenAgain)) {
      write.finish();
    }

    assertThat(store.delete(left, later)).isTrue();
    for (Digest digest : List.of(asked, putAgain, writtenAgain)) {
      assertThat(store.delete(digest, later)).isFalse();
    }
    assertThat(store.findMissing(List.of(left, asked, putAgain, writtenAgain)))
        .containsExactly(left);
    assertThat(read(asked, 0)).isEqualTo(bytes(17, 10));
    assertThat(store.delete(asked, Instant.MAX)).isTrue();
  }

  @Test
  void showsNothingBeforeTheCommit() throws IOException {
    byte[] bytes = bytes(6, 1000);
    try (ArtifactWriter writer = store.begin()) {
      writer.write(bytes);
      assertThat(writer.size()).isEqualTo(1000);
      assertThat(store.has(digestOf(bytes))).isFalse();
    }
    assertThat(store.has(digestOf(bytes))).isFalse();
    assertThat(open(folder, metrics).has(digestOf(bytes))).isFalse();
  }

  @Test
  void refusesWhatIsTooLarge() throws IOException {
    try (ArtifactWriter writer = store.begin(10)) {
      writer.write(new byte[10]);
      fails(ARTIFACT_TOO_LARGE, () -> writer.write(1));
    }
    try (ArtifactWriter writer = store.begin()) {
      writer.write(new byte[(int) LIMIT]);
      fails(ARTIFACT_TOO_LARGE, () -> writer.write(new byte[1]));
    }
    Digest huge = new Digest(digestOf(new byte[0]).sha256(), LIMIT + 1);
    fails(ARTIFACT_TOO_LARGE, () -> store.resume(huge));
  }

  @Test
  void takesAZipStream() throws IOException {
    byte[] entry = bytes(7, 5000);
    CRC32 crc = new CRC32();
    crc.update(entry);
    try (ArtifactWriter writer = store.begin()) {
      ZipOutputStream zip = new ZipOutputStream(writer);
      ZipEntry stored = new ZipEntry("a.jpg");
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(entry.length);
      stored.setCrc(crc.getValue());
      zip.putNextEntry(stored);
      zip.write(entry);
      zip.finish();
      Digest digest = writer.commit();
      assertThat(store.has(digest)).isTrue();
    }
  }

  @Test
  void aClosedWriterCannotCommit() {
    ArtifactWriter writer = store.begin();
    writer.close();
    assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void goesOnWhereAnInterruptedWriteStopped() throws IOException {
    byte[] bytes = bytes(8, 2_500_000);
    Digest digest = digestOf(bytes);
    try (ResumableWrite write = store.resume(digest)) {
      assertThat(write.committedBytes()).isZero();
      append(write, bytes, 0, 1_000_000);
    }
    assertThat(store.has(digest)).isFalse();

    // As after a kill: nothing but the folder is left.
    try (ResumableWrite write = open(folder, metrics).resume(digest)) {
      assertThat(write.committedBytes()).isEqualTo(1_000_000);
      append(write, bytes, 1_000_000, 2_500_000);
      write.finish();
    }

    assertThat(read(digest, 0)).isEqualTo(bytes);
    try (ResumableWrite again = store.resume(digest)) {
      assertThat(again.committedBytes()).isEqualTo(2_500_000);
      again.finish();
    }
  }

  @Test
  void refusesBytesAtAnotherOffset() {
    byte[] bytes = bytes(9, 100);
    try (ResumableWrite write = store.resume(digestOf(bytes))) {
      fails(ARTIFACT_OFFSET_INVALID, () -> write.append(1, ByteBuffer.wrap(bytes, 1, 10)));
      append(write, bytes, 0, 50);
      fails(ARTIFACT_OFFSET_INVALID, () -> write.append(0, ByteBuffer.wrap(bytes, 0, 10)));
      fails(ARTIFACT_OFFSET_INVALID, write::finish);
      append(write, bytes, 50, 100);
      write.finish();
    }
    assertThat(store.has(digestOf(bytes))).isTrue();
  }

  @Test
  void throwsAwayBytesThatAreNotWhatTheirNameSays() {
    byte[] promised = bytes(10, 1000);
    Digest digest = digestOf(promised);
    try (ResumableWrite write = store.resume(digest)) {
      write.append(0, ByteBuffer.wrap(bytes(11, 1000)));
      fails(ARTIFACT_DIGEST_MISMATCH, write::finish);
    }
    assertThat(store.has(digest)).isFalse();
    try (ResumableWrite write = store.resume(digest)) {
      assertThat(write.committedBytes()).isZero();
      fails(ARTIFACT_DIGEST_MISMATCH, () -> write.append(0, ByteBuffer.wrap(bytes(12, 1001))));
    }
    try (ResumableWrite write = store.resume(digest)) {
      write.append(0, ByteBuffer.wrap(promised));
      write.finish();
    }
    assertThat(store.has(digest)).isTrue();
  }

  @Test
  void theNewestOfTwoWritersOfADigestGoesOn() throws IOException {
    byte[] bytes = bytes(13, 1000);
    Digest digest = digestOf(bytes);
    ResumableWrite broken = store.resume(digest);
    append(broken, bytes, 0, 400);

    try (ResumableWrite reconnected = store.resume(digest)) {
      fails(ARTIFACT_WRITE_SUPERSEDED, () -> append(broken, bytes, 400, 500));
      assertThat(reconnected.committedBytes()).isEqualTo(400);
      append(reconnected, bytes, 400, 1000);
      broken.close();
      reconnected.finish();
    }
    fails(ARTIFACT_WRITE_SUPERSEDED, broken::finish);
    assertThat(read(digest, 0)).isEqualTo(bytes);
  }

  @Test
  void aSenderThatComesBackWhileItsFirstWriteEndsWaitsForIt() throws Exception {
    for (int round = 0; round < 40; round++) {
      byte[] bytes = bytes(1000 + round, 300_000);
      Digest digest = digestOf(bytes);
      ResumableWrite first = store.resume(digest);
      append(first, bytes, 0, bytes.length);

      CyclicBarrier together = new CyclicBarrier(2);
      CompletableFuture<Void> ending =
          CompletableFuture.runAsync(
              () -> {
                meet(together);
                finishUnlessSuperseded(first);
              },
              Thread.ofVirtual()::start);
      CompletableFuture<Void> comingBack =
          CompletableFuture.runAsync(
              () -> {
                meet(together);
                try (ResumableWrite again = store.resume(digest)) {
                  assertThat(again.committedBytes()).isEqualTo(bytes.length);
                  again.finish();
                }
              },
              Thread.ofVirtual()::start);

      assertThat(CompletableFuture.allOf(ending, comingBack))
          .succeedsWithin(Duration.ofSeconds(20));
      assertThat(read(digest, 0)).isEqualTo(bytes);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void finishUnlessSuperseded(ResumableWrite write) {
    try (write) {
      write.finish();
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ARTIFACT_WRITE_SUPERSEDED);
    }
  }

  @Test
  void manyWritersOfOneDigestAtOnceAllSucceed() throws Exception {
    byte[] bytes = bytes(14, 1_000_000);
    List<Callable<Digest>> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ArtifactStore replica = i % 2 == 0 ? store : open(folder, metrics);
      writers.add(() -> replica.put(new ByteArrayInputStream(bytes)));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Digest> each : threads.invokeAll(writers)) {
        assertThat(each.get()).isEqualTo(digestOf(bytes));
      }
    }
    assertThat(read(digestOf(bytes), 0)).isEqualTo(bytes);
  }

  @Test
  void countsBytesByDirection() throws IOException {
    Digest digest = put(bytes(15, 1234));
    read(digest, 1000);

    assertThat(metrics.get("inferlab.artifact.bytes").tag("direction", "in").counter().count())
        .isEqualTo(1234);
    assertThat(metrics.get("inferlab.artifact.bytes").tag("direction", "out").counter().count())
        .isEqualTo(234);
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static Digest digestOf(byte[] bytes) {
    return new Digest(HexFormat.of().formatHex(Sha256.begin().digest(bytes)), bytes.length);
  }

  static void fails(ProblemCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class, problem -> assertThat(problem.code()).isEqualTo(code));
  }

  Digest put(byte[] bytes) throws IOException {
    return store.put(new ByteArrayInputStream(bytes));
  }

  private byte[] read(Digest digest, long offset) throws IOException {
    try (InputStream in = store.open(digest, offset)) {
      return in.readAllBytes();
    }
  }

  private static void append(ResumableWrite write, byte[] bytes, int from, int to) {
    write.append(from, ByteBuffer.wrap(bytes, from, to - from));
  }
}
