package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A folder where bytes wait until their digest is known to be right. A killed process leaves files
 * here that nobody sees; {@link #prune} removes them when they are old.
 */
final class Staging {
  private static final Duration KEEP_TEMPORARY = Duration.ofDays(1);
  private static final Duration KEEP_PARTS = Duration.ofDays(7);
  private static final String TEMPORARY = ".tmp";
  private static final String PART = ".part";
  private static final int LOCKS = 256;

  private final Path folder;
  private final long maxBytes;
  private final Home home;
  private final ArtifactBytes bytes;
  private final Map<Digest, PartWrite> parts = new ConcurrentHashMap<>();
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  Staging(Path folder, long maxBytes, Home home, ArtifactBytes bytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.home = home;
    this.bytes = bytes;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw StorageTrouble.of(e, folder);
    }
  }

  /** Where an artifact waits for its end; like any temporary file it goes if nobody ends it. */
  Path aside(Digest digest) {
    return folder.resolve(digest.sha256() + TEMPORARY);
  }

  long maxBytes() {
    return maxBytes;
  }

  ArtifactWriter begin(long limit) {
    try {
      return new StagedWriter(
          Files.createTempFile(folder, "", TEMPORARY), Math.min(limit, maxBytes), home, bytes);
    } catch (IOException e) {
      throw StorageTrouble.of(e, folder);
    }
  }

  /**
   * Whoever wrote before is superseded; if it is just finishing, this waits for it, which may take
   * as long as an upload to S3. So one digest's lock is held for that, never one of the others';
   * and a write that ends needs no lock of this class, else the two would wait for each other.
   */
  ResumableWrite resume(Digest expected) {
    synchronized (locks[Math.floorMod(expected.hashCode(), LOCKS)]) {
      PartWrite before = parts.remove(expected);
      if (before != null) {
        before.supersede();
      }
      if (home.has(expected)) {
        return new CompleteWrite(expected);
      }
      if (expected.sizeBytes() > maxBytes) {
        throw StorageTrouble.tooLarge(maxBytes);
      }
      PartWrite write = openPart(expected);
      parts.put(expected, write);
      return write;
    }
  }

  void closed(PartWrite write) {
    parts.remove(write.expected(), write);
  }

  private PartWrite openPart(Digest expected) {
    Path file = folder.resolve(expected.sha256() + "-" + expected.sizeBytes() + PART);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new ProblemException(
            ProblemCode.ARTIFACT_WRITE_SUPERSEDED,
            "Another process is writing this artifact; try again in a minute.");
      }
      return new PartWrite(this, home, file, channel, expected, bytes);
    } catch (IOException e) {
      StorageTrouble.closeQuietly(channel);
      throw StorageTrouble.of(e, folder);
    } catch (RuntimeException e) {
      StorageTrouble.closeQuietly(channel);
      throw e;
    }
  }

  /** Removes what nobody touched for long. */
  void prune(Instant now) {
    prune("*" + TEMPORARY, now.minus(KEEP_TEMPORARY));
    prune("*" + PART, now.minus(KEEP_PARTS));
  }

  private void prune(String pattern, Instant before) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      for (Path file : files) {
        if (isOlder(file, before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw StorageTrouble.of(e, folder);
    }
  }

  private static boolean isOlder(Path file, Instant before) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(before);
    } catch (NoSuchFileException e) {
      return false; // Finished, or pruned by another process, meanwhile.
    }
  }
}
