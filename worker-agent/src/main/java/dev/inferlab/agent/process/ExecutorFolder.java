package dev.inferlab.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The private folder of one executor: its socket, its temporary files and those of the attempt that
 * it runs.
 */
public final class ExecutorFolder {
  private static final Logger LOG = Logger.getLogger(ExecutorFolder.class);
  private static final int LONGEST_SOCKET_PATH = 100; // the kernel takes 107 bytes

  private final Path path;
  private final String token;
  private final Path socketFolder;

  private ExecutorFolder(Path path, String token, Path socketFolder) {
    this.path = path;
    this.token = token;
    this.socketFolder = socketFolder;
  }

  static ExecutorFolder create(Path parent, String token) throws IOException {
    Path path = parent.resolve(token.substring(0, 12));
    var onlyMe = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectory(path, onlyMe);
    Files.createDirectory(path.resolve("tmp"));
    boolean tooLong =
        path.resolve("s").toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH;
    return new ExecutorFolder(
        path, token, tooLong ? Files.createTempDirectory("inferlab-", onlyMe) : path);
  }

  String token() {
    return token;
  }

  Path socket() {
    return socketFolder.resolve("s");
  }

  Path temporary() {
    return path.resolve("tmp");
  }

  Path errorFile() {
    return path.resolve("crash.log");
  }

  /** Holds the running attempt's files; gone after it. */
  public Path attempt() {
    return path.resolve("attempt");
  }

  /** Who runs here, so that the next agent can end it if this one dies and cannot. */
  void writeOwner(long pid) throws IOException {
    Files.writeString(
        path.resolve("owner"), pid + " " + ProcFs.startTicks(pid).orElse(0) + " " + token);
  }

  /** Notes what runs, in one line, until {@link #clearAttempt}. */
  public void noteAttempt(String line) throws IOException {
    Files.writeString(path.resolve("running"), line);
  }

  /** Removes the attempt's files, also those that it left in the temporary folder. */
  public void clearAttempt() {
    delete(attempt());
    delete(path.resolve("running"));
    if (!empty(temporary())) {
      delete(temporary());
      try {
        Files.createDirectory(temporary());
      } catch (IOException e) {
        LOG.warn("The temporary folder of an executor could not be made anew: " + e.getMessage());
      }
    }
  }

  void delete() {
    delete(path);
    if (!socketFolder.equals(path)) {
      delete(socketFolder);
    }
  }

  private static boolean empty(Path folder) {
    try (var entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }

  /** What a dead agent left in {@code folder}: its executor's line, if there was one. */
  static Optional<String> owner(Path folder) {
    return ProcFs.read(folder.resolve("owner"));
  }

  /** The note of an attempt that never ended. */
  static Optional<String> unfinished(Path folder) {
    return ProcFs.read(folder.resolve("running"));
  }

  /** Deletes a folder with all in it; links are deleted, not followed. */
  static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e)
                throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // It is gone already.
    } catch (IOException e) {
      LOG.warn("Temporary files could not be deleted: " + e.getMessage());
    }
  }
}
