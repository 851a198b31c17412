package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A folder where bytes wait until their digest is known to be right. A killed process leaves files
 * here that nobody sees; {@link #prune} removes them when they are old.
 */
final class Staging {
  private static final Duration KEEP_TEMPORARY = Duration.ofDays(1);
  private static final Duration KEEP_PARTS = Duration.ofDays(7);
  private static final String TEMPORARY = ".tmp";
  private static final String PART = ".part";

  private final Path folder;
  private final long maxBytes;
  private final Home home;
  private final ArtifactBytes bytes;
  private final Map<Digest, PartWrite> parts = new HashMap<>();

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

  ResumableWrite resume(Digest expected) {
    if (home.has(expected)) {
      return new CompleteWrite(expected);
    }
    if (expected.sizeBytes() > maxBytes) {
      throw StorageTrouble.tooLarge(maxBytes);
    }
    synchronized (parts) {
      PartWrite before = parts.remove(expected);
      if (before != null) {
        before.supersede();
      }
      PartWrite write = openPart(expected);
      parts.put(expected, write);
      return write;
    }
  }

  void closed(PartWrite write) {
    synchronized (parts) {
      parts.remove(write.expected(), write);
    }
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
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw StorageTrouble.of(e, folder);
    }
  }
}
