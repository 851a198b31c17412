package dev.inferlab.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Remembers across restarts of the supervisor which process runs under a name. */
public record PidFile(Path path) {

  public static PidFile of(Path folder, String name) {
    return new PidFile(folder.resolve(name + ".pid"));
  }

  public void write(ProcessIdentity process) {
    try {
      Path next = path.resolveSibling(path.getFileName() + ".new");
      Files.write(next, List.of(Long.toString(process.pid()), process.started()));
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that was written, if it is the same one and still lives. */
  public Optional<ProcessIdentity> live() {
    try {
      List<String> lines = Files.readAllLines(path);
      if (lines.size() < 2) {
        return Optional.empty();
      }
      ProcessIdentity written = new ProcessIdentity(Long.parseLong(lines.get(0)), lines.get(1));
      return written.isAlive() ? Optional.of(written) : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  public void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
