package dev.inferlab.agent.state;

import dev.inferlab.agent.config.InvalidConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The agent's folder: its identity, cache, work and logs. One agent at a time: the kernel drops the
 * lock with the holder.
 */
public final class StateFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel lockFile;
  private final String targetId;

  private StateFolder(Path path, FileChannel lockFile, String targetId) {
    this.path = path;
    this.lockFile = lockFile;
    this.targetId = targetId;
  }

  /**
   * Opens it, and makes it with a new identity at the first start.
   *
   * @throws InvalidConfigException if another agent uses it, or it cannot be used
   */
  public static StateFolder open(Path path, InstantSource clock, RandomGenerator random) {
    FileChannel lockFile = null;
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      lockFile =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(lockFile)) {
        lockFile.close();
        throw new InvalidConfigException(
            "Another agent runs on the state folder "
                + path
                + ". Stop it, or give this one a folder of its own with --state-folder=FOLDER.");
      }
      return new StateFolder(path, lockFile, targetId(path, clock, random));
    } catch (IOException e) {
      closeQuietly(lockFile);
      throw new InvalidConfigException(
          "The state folder "
              + path
              + " cannot be used ("
              + e
              + "). Choose another with --state-folder=FOLDER.");
    }
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // held within this very process
    }
  }

  private static String targetId(Path path, InstantSource clock, RandomGenerator random)
      throws IOException {
    Path file = path.resolve("target-id");
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    String id = uuid7(clock.millis(), random.nextLong(), random.nextLong());
    Path fresh = path.resolve("target-id.new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)));
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    return id;
  }

  static String uuid7(long millis, long random1, long random2) {
    long high = (millis << 16) | 0x7000 | (random1 & 0xfff);
    long low = (random2 & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  public String targetId() {
    return targetId;
  }

  public Path cache() {
    return path.resolve("cache");
  }

  public Path work() {
    return path.resolve("work");
  }

  public Path logs() {
    return path.resolve("logs");
  }

  public Path executionLog() {
    return path.resolve("executions.log");
  }

  public Path root() {
    return path;
  }

  private static void closeQuietly(FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // The first failure is the one to tell.
      }
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
