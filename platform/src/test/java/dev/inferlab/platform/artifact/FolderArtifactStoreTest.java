package dev.inferlab.platform.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.inferlab.platform.problem.ProblemCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FolderArtifactStoreTest extends ArtifactStoreContract {
  @Override
  ArtifactStore open(Path folder, MeterRegistry metrics) {
    return new FolderArtifactStore(folder, LIMIT, clock, metrics);
  }

  @Test
  void aWriterKilledMidWayLeavesNothingVisible() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndlessWriter.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(writer.inputReader().readLine()).isEqualTo("writing");
      // Until it has surely written; the writer itself never ends.
      assertThat(writer.inputReader().readLine()).isEqualTo("1 MiB");
    } finally {
      writer.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    assertThat(filesUnder("objects")).isEmpty();
    assertThat(filesUnder("staging")).hasSize(2);

    store.prune(Instant.now().plusSeconds(8 * 24 * 3600));
    assertThat(filesUnder("staging")).isEmpty();
  }

  @Test
  void isYoungWhenAWriteEndsThatRestedForLong() {
    byte[] bytes = bytes(1, 10);
    try (ResumableWrite write = store.resume(digestOf(bytes))) {
      write.append(0, ByteBuffer.wrap(bytes));
    }
    clock.advance(Duration.ofHours(2));
    try (ResumableWrite write = store.resume(digestOf(bytes))) {
      write.finish();
    }

    assertThat(store.delete(digestOf(bytes), clock.instant().minusSeconds(3600))).isFalse();
  }

  @Test
  void whoIsToldThatItIsThereFindsItWhateverIsDeletedMeanwhile() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 500; round++) {
        Digest digest = put(bytes(1000 + round, 10));
        Instant later = clock.advance(Duration.ofHours(1));
        Future<Boolean> gone = threads.submit(() -> store.delete(digest, later));
        boolean told = threads.submit(() -> store.findMissing(List.of(digest)).isEmpty()).get();

        // Told that it is missing although it stays is no harm: it is stored once more.
        assertThat(told && gone.get()).isFalse();
        assertThat(filesUnder("objects").stream().anyMatch(file -> file.endsWith(digest.sha256())))
            .isEqualTo(!gone.get());
        store.delete(digest, Instant.MAX);
      }
    }
    assertThat(filesUnder("staging")).isEmpty();
  }

  @Test
  void pruningSparesWhatIsYoung() throws IOException {
    try (ResumableWrite write = store.resume(digestOf(bytes(1, 10)))) {
      write.append(0, ByteBuffer.wrap(bytes(1, 10), 0, 5));
    }

    store.prune(Instant.now().plusSeconds(3600));

    assertThat(filesUnder("staging")).hasSize(1);
  }

  @Test
  void replicasThatPruneAtOnceDoNotTrip() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      Files.createFile(folder.resolve("staging").resolve(i + ".tmp"));
    }
    Instant later = Instant.now().plusSeconds(2 * 24 * 3600);

    try (ExecutorService replicas = Executors.newFixedThreadPool(4)) {
      Callable<Void> prune =
          () -> {
            store.prune(later);
            return null;
          };
      for (Future<Void> done : replicas.invokeAll(Collections.nCopies(4, prune))) {
        done.get();
      }
    }

    assertThat(filesUnder("staging")).isEmpty();
  }

  @Test
  void saysThatTheDiskIsFullAndRecovers() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString()),
        "NOT TESTED: no small file system can be mounted here");
    try {
      FolderArtifactStore full = new FolderArtifactStore(small, LIMIT, clock, metrics);
      Digest kept = full.put(new java.io.ByteArrayInputStream(bytes(1, 1 << 20)));

      fails(
          ProblemCode.ARTIFACT_STORE_FULL,
          () -> full.put(new java.io.ByteArrayInputStream(bytes(2, 5 << 20))));

      Digest big = digestOf(bytes(3, 5 << 20));
      try (ResumableWrite write = full.resume(big)) {
        fails(
            ProblemCode.ARTIFACT_STORE_FULL,
            () -> write.append(0, ByteBuffer.wrap(bytes(3, 5 << 20))));
        assertThat(write.committedBytes()).isZero();
      }
      assertThat(full.has(big)).isFalse();
      full.prune(Instant.now().plusSeconds(8 * 24 * 3600));
      assertThat(full.has(kept)).isTrue();
      assertThat(full.put(new java.io.ByteArrayInputStream(bytes(4, 1 << 20)))).isNotNull();
    } finally {
      run("umount", small.toString());
    }
  }

  private List<Path> filesUnder(String part) throws IOException {
    Path root = folder.resolve(part);
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }
}
