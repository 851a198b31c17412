package dev.inferlab.agent.artifact;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.retry.Backoff;
import dev.inferlab.proto.job.v1.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Artifacts on this machine's disk, under their SHA-256. A file is seen here only after its bytes
 * were verified; the least recently used ones go when the limit is reached, interrupted downloads
 * among them, never one that is pinned. Thread-safe; downloads of one digest happen once.
 */
public final class ArtifactCache {
  private static final int ATTEMPTS = 6;
  private static final String PARTIAL = "partial";

  private final Path folder;
  private final long limitBytes;
  private final InstantSource clock;
  private final Map<String, Entry> entries = new HashMap<>();
  private long usedBytes;

  private enum State {
    ABSENT,
    /** A download was interrupted; the next one goes on there, unless the room is needed. */
    PARTIAL,
    PRESENT
  }

  private static final class Entry {
    final ReentrantLock download = new ReentrantLock();
    long sizeBytes; // on the disk, or to be while it is downloaded
    long lastUsedMillis;
    int pins;
    State state = State.ABSENT;
  }

  /** A file that stays until it is closed. */
  public interface Pinned extends AutoCloseable {
    Path path();

    @Override
    void close();
  }

  public ArtifactCache(Path folder, long limitBytes, InstantSource clock) throws IOException {
    this.folder = folder;
    this.limitBytes = limitBytes;
    this.clock = clock;
    Files.createDirectories(folder.resolve(PARTIAL));
    try (Stream<Path> files = Files.walk(folder, 2)) {
      for (Path file : files.filter(f -> f.getFileName().toString().length() == 64).toList()) {
        Entry entry = new Entry();
        entry.state = file.getParent().endsWith(PARTIAL) ? State.PARTIAL : State.PRESENT;
        entry.sizeBytes = Files.size(file);
        entry.lastUsedMillis = Files.getLastModifiedTime(file).toMillis();
        entries.put(file.getFileName().toString(), entry);
        usedBytes += entry.sizeBytes;
      }
    }
  }

  public synchronized long usedBytes() {
    return usedBytes;
  }

  /** The artifact's file, brought from the source if it is not here; pinned until closed. */
  Pinned get(Digest digest, ArtifactSource source) throws JobFailedException, InterruptedException {
    if (!Digests.valid(digest)) {
      throw Failure.JOB_INPUT_INVALID.exception(
          "The job names an artifact by a digest that is none.");
    }
    Entry entry = pin(digest.getSha256());
    boolean kept = false;
    try {
      entry.download.lockInterruptibly();
      try {
        if (entry.state == State.PRESENT && !intact(digest)) {
          Files.deleteIfExists(path(digest.getSha256()));
          settle(entry, State.ABSENT, 0);
        }
        if (entry.state != State.PRESENT) {
          reserve(entry, digest.getSizeBytes());
          try {
            download(digest, source);
            settle(entry, State.PRESENT, digest.getSizeBytes());
          } finally {
            if (entry.state != State.PRESENT) {
              settleBroken(entry, partial(digest.getSha256()));
            }
          }
        }
      } finally {
        entry.download.unlock();
      }
      Path path = path(digest.getSha256());
      Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
      kept = true;
      return new Pin(digest.getSha256(), path);
    } catch (IOException e) {
      throw diskFailure(e);
    } finally {
      if (!kept) {
        unpin(digest.getSha256());
      }
    }
  }

  /** Somebody may have tidied up by hand, or an older agent's file lost its end with the power. */
  private boolean intact(Digest digest) throws IOException {
    Path path = path(digest.getSha256());
    return Files.exists(path) && Files.size(path) == digest.getSizeBytes();
  }

  private final class Pin implements Pinned {
    private final String sha256;
    private final Path path;
    private boolean closed;

    Pin(String sha256, Path path) {
      this.sha256 = sha256;
      this.path = path;
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        unpin(sha256);
      }
    }
  }

  private synchronized Entry pin(String sha256) {
    Entry entry = entries.computeIfAbsent(sha256, _ -> new Entry());
    entry.pins++;
    entry.lastUsedMillis = clock.millis();
    return entry;
  }

  private synchronized void unpin(String sha256) {
    Entry entry = entries.get(sha256);
    entry.pins--;
    if (entry.pins == 0 && entry.state == State.ABSENT) {
      entries.remove(sha256);
    }
  }

  private synchronized void settle(Entry entry, State state, long sizeBytes) {
    usedBytes += sizeBytes - entry.sizeBytes;
    entry.state = state;
    entry.sizeBytes = sizeBytes;
  }

  private void settleBroken(Entry entry, Path partial) throws IOException {
    boolean left = Files.exists(partial);
    settle(entry, left ? State.PARTIAL : State.ABSENT, left ? Files.size(partial) : 0);
  }

  /** Makes room for all of the entry's bytes; those that are here already count once. */
  private synchronized void reserve(Entry entry, long sizeBytes) throws JobFailedException {
    while (usedBytes + sizeBytes - entry.sizeBytes > limitBytes) {
      var oldest =
          entries.entrySet().stream()
              .filter(e -> e.getValue().state != State.ABSENT && e.getValue().pins == 0)
              .min(Comparator.comparingLong(e -> e.getValue().lastUsedMillis));
      if (oldest.isEmpty()) {
        throw Failure.ARTIFACT_CACHE_FULL.exception(
            "The job's files do not fit into the disk space that this target's agent may use beside the jobs that run now."
                + " Run fewer jobs at once, or give the agent more with --cache-limit.");
      }
      try {
        Files.deleteIfExists(path(oldest.get().getKey()));
        Files.deleteIfExists(partial(oldest.get().getKey()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      usedBytes -= oldest.get().getValue().sizeBytes;
      entries.remove(oldest.get().getKey());
    }
    settle(entry, entry.state, sizeBytes);
  }

  private void download(Digest digest, ArtifactSource source)
      throws JobFailedException, InterruptedException, IOException {
    Path partial = partial(digest.getSha256());
    Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5), new Random());
    for (int attempt = 1; ; attempt++) {
      MessageDigest sha256 = Digests.sha256();
      long have = Files.exists(partial) ? Digests.update(sha256, partial) : 0;
      try {
        if (have < digest.getSizeBytes()) {
          append(digest, source, partial, sha256, have);
        } else if (have == 0) {
          Files.write(partial, new byte[0]);
        }
        verify(digest, partial, sha256);
        Path target = path(digest.getSha256());
        Files.createDirectories(target.getParent());
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("r--------"));
        force(partial); // or the name may outlive a power cut that the bytes do not
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        force(target.getParent());
        return;
      } catch (BrokenTransferException e) {
        if (attempt == ATTEMPTS) {
          throw Failure.ARTIFACT_TRANSFER_FAILED.exception(
              "An input file of the job could not be brought to the target; the connection broke "
                  + ATTEMPTS
                  + " times.",
              e);
        }
        backoff.pause();
      } catch (IOException | JobFailedException e) {
        Files.deleteIfExists(partial); // a full disk must not stay full because of a half file
        throw e;
      }
    }
  }

  private static void append(
      Digest digest, ArtifactSource source, Path partial, MessageDigest sha256, long have)
      throws IOException, JobFailedException, InterruptedException {
    try (PartialFile file = new PartialFile(partial, digest.getSizeBytes(), sha256)) {
      source.read(digest, have, file);
    }
  }

  private static void verify(Digest digest, Path partial, MessageDigest sha256)
      throws IOException, JobFailedException {
    long size = Files.size(partial);
    if (size < digest.getSizeBytes()) {
      throw new BrokenTransferException("The stream ended early.", null);
    }
    if (size != digest.getSizeBytes()
        || !HexFormat.of().formatHex(sha256.digest()).equals(digest.getSha256())) {
      Files.delete(partial);
      throw Failure.ARTIFACT_DIGEST_MISMATCH.exception(
          "An input file of the job arrived with other bytes than its checksum names. It was thrown away.");
    }
  }

  private static void force(Path fileOrFolder) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path partial(String sha256) {
    return folder.resolve(PARTIAL).resolve(sha256);
  }

  private Path path(String sha256) {
    return folder.resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  static JobFailedException diskFailure(IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("No space left") || reason.contains("quota")) {
      return Failure.DISK_FULL.exception("The target's disk is full. Free some space there.", e);
    }
    return Failure.ARTIFACT_TRANSFER_FAILED.exception(
        "A file could not be written on the target.", e);
  }
}
