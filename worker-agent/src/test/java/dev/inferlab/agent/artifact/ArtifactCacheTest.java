package dev.inferlab.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.fake.FakeStore;
import dev.inferlab.proto.job.v1.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
  @TempDir Path folder;
  private final AtomicLong seconds = new AtomicLong(1_000_000_000);
  private final InstantSource clock = () -> Instant.ofEpochSecond(seconds.incrementAndGet());
  private final AtomicInteger downloads = new AtomicInteger();

  private static byte[] bytes(int fill, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) fill);
    return bytes;
  }

  private ArtifactCache cache(long limit) throws Exception {
    return new ArtifactCache(folder, limit, clock);
  }

  private ArtifactCache.Pinned get(ArtifactCache cache, byte[] content) throws Exception {
    return cache.get(
        FakeStore.digest(content),
        (_, offset, sink) -> {
          downloads.incrementAndGet();
          sink.write(Arrays.copyOfRange(content, (int) offset, content.length));
        });
  }

  private int downloadsOf(ArtifactCache cache, byte[] content) throws Exception {
    int before = downloads.get();
    get(cache, content).close();
    return downloads.get() - before;
  }

  @Test
  void bringsBytesOnceAlsoOverRestarts() throws Exception {
    ArtifactCache cache = cache(1000);
    assertThat(downloadsOf(cache, bytes(1, 100))).isEqualTo(1);
    assertThat(downloadsOf(cache, bytes(1, 100))).isZero();
    ArtifactCache heir = cache(1000);
    assertThat(downloadsOf(heir, bytes(1, 100))).isZero();
    assertThat(heir.usedBytes()).isEqualTo(100);
  }

  @Test
  void whatSomebodyDeletedIsBroughtAgain() throws Exception {
    ArtifactCache cache = cache(1000);
    try (ArtifactCache.Pinned pinned = get(cache, bytes(1, 100))) {
      Files.delete(pinned.path());
    }
    assertThat(downloadsOf(cache, bytes(1, 100))).isEqualTo(1);
    assertThat(downloadsOf(cache, bytes(1, 100))).isZero();
    assertThat(cache.usedBytes()).isEqualTo(100);
  }

  @Test
  void aTruncatedCachedFileIsBroughtAgain() throws Exception {
    ArtifactCache cache = cache(1000);
    Path file;
    try (ArtifactCache.Pinned pinned = get(cache, bytes(1, 100))) {
      file = pinned.path();
    }
    for (int left : new int[] {0, 60}) { // as a power cut leaves it
      Files.delete(file);
      Files.write(file, bytes(1, left));
      ArtifactCache heir = cache(1000);
      assertThat(heir.usedBytes()).isEqualTo(left);
      assertThat(downloadsOf(heir, bytes(1, 100))).isEqualTo(1);
      assertThat(file).hasBinaryContent(bytes(1, 100));
      assertThat(heir.usedBytes()).isEqualTo(100);
    }
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() throws Exception {
    ArtifactCache cache = cache(250);
    downloadsOf(cache, bytes(1, 100));
    downloadsOf(cache, bytes(2, 100));
    downloadsOf(cache, bytes(1, 100)); // used again
    downloadsOf(cache, bytes(3, 100));
    assertThat(cache.usedBytes()).isEqualTo(200);
    assertThat(downloadsOf(cache, bytes(1, 100))).isZero();
    assertThat(downloadsOf(cache, bytes(2, 100))).isEqualTo(1);
  }

  @Test
  void anInterruptedDownloadGoesOnLaterOrMakesRoom() throws Exception {
    ArtifactCache cache = cache(1000);
    for (int fill = 1; fill <= 2; fill++) {
      byte[] content = bytes(fill, 100);
      assertThatThrownBy(() -> interrupted(cache, content, 60))
          .isInstanceOf(InterruptedException.class);
    }
    assertThat(cache.usedBytes()).as("what lies on the disk").isEqualTo(60 + 60);
    ArtifactCache heir = cache(150);
    assertThat(heir.usedBytes()).isEqualTo(60 + 60);
    assertThat(offsetOf(heir, bytes(2, 100))).as("goes on, in place of the older").isEqualTo(60);
    assertThat(heir.usedBytes()).isEqualTo(100);
    assertThat(folder.resolve("partial")).isEmptyDirectory();
    assertThat(offsetOf(heir, bytes(1, 100))).isZero();
  }

  private static void interrupted(ArtifactCache cache, byte[] content, int after) throws Exception {
    cache.get(
        FakeStore.digest(content),
        (_, _, sink) -> {
          sink.write(Arrays.copyOf(content, after));
          throw new InterruptedException();
        });
  }

  private static long offsetOf(ArtifactCache cache, byte[] content) throws Exception {
    AtomicLong from = new AtomicLong(-1);
    cache
        .get(
            FakeStore.digest(content),
            (_, offset, sink) -> {
              from.set(offset);
              sink.write(Arrays.copyOfRange(content, (int) offset, content.length));
            })
        .close();
    return from.get();
  }

  @Test
  void whatIsPinnedStaysAndWhatDoesNotFitIsRefused() throws Exception {
    ArtifactCache cache = cache(150);
    ArtifactCache.Pinned pinned = get(cache, bytes(1, 100));
    assertThatThrownBy(() -> get(cache, bytes(2, 100)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ARTIFACT_CACHE_FULL");
    assertThat(pinned.path()).exists().isReadable();
    assertThat(cache.usedBytes()).isEqualTo(100);
    pinned.close();
    assertThat(downloadsOf(cache, bytes(2, 100))).isEqualTo(1);
    assertThat(pinned.path()).doesNotExist();
  }

  @Test
  void wrongBytesAreThrownAway() throws Exception {
    ArtifactCache cache = cache(1000);
    Digest digest = FakeStore.digest(bytes(1, 100));
    assertThatThrownBy(() -> cache.get(digest, (_, _, sink) -> sink.write(bytes(2, 100))))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ARTIFACT_DIGEST_MISMATCH");
    assertThatThrownBy(() -> cache.get(digest, (_, _, sink) -> sink.write(bytes(1, 101))))
        .isInstanceOf(JobFailedException.class);
    assertThat(cache.usedBytes()).isZero();
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(downloadsOf(cache, bytes(1, 100))).isEqualTo(1);
  }
}
