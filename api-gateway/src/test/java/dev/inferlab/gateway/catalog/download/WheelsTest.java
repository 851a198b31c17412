package dev.inferlab.gateway.catalog.download;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WheelsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void oldWheelsAndWhatIsHalfFetchedAreRemoved(@TempDir Path folder) throws IOException {
    fill(folder.resolve("wheels"));
    wheels(folder, Optional.empty()).clean();
    assertThat(names(folder)).containsExactlyInAnyOrder("new.whl", "fetching-new");
  }

  @Test
  void wheelsInAnOperatorsCacheStay(@TempDir Path folder) throws IOException {
    fill(folder.resolve("wheels"));
    wheels(folder, Optional.of(folder.toString())).clean();
    assertThat(names(folder)).containsExactlyInAnyOrder("old.whl", "new.whl", "fetching-new");
  }

  private static Wheels wheels(Path folder, Optional<String> cache) {
    return new Wheels(
        null,
        new PartialFiles(Optional.of(folder.toString()), ""),
        cache,
        new MemorySize(BigInteger.TEN),
        InstantSource.fixed(NOW));
  }

  private static void fill(Path wheels) throws IOException {
    Files.createDirectories(wheels);
    age(Files.createFile(wheels.resolve("old.whl")), Duration.ofDays(8));
    age(Files.createFile(wheels.resolve("new.whl")), Duration.ofDays(6));
    Path half = Files.createDirectory(wheels.resolve("fetching-old"));
    Files.createFile(half.resolve("log"));
    age(half, Duration.ofHours(25));
    age(Files.createDirectory(wheels.resolve("fetching-new")), Duration.ofHours(1));
  }

  private static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
  }

  private static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("wheels"))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
