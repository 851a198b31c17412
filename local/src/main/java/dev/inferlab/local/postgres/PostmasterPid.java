package dev.inferlab.local.postgres;

import dev.inferlab.local.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file in which a running server says who it is and how far it is. */
record PostmasterPid(Path path) {
  private static final int PID_LINE = 0;
  private static final int STATUS_LINE = 7;

  static PostmasterPid in(Path data) {
    return new PostmasterPid(data.resolve("postmaster.pid"));
  }

  boolean saysReady() {
    List<String> lines = lines();
    return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
  }

  /**
   * The server of this data folder, if it still runs; never some other program that got its number.
   *
   * @param program of this server
   */
  Optional<ProcessHandle> server(Path program) {
    List<String> lines = lines();
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    try {
      return ProcessIdentity.of(Long.parseLong(lines.get(PID_LINE).strip()))
          .flatMap(ProcessIdentity::handle)
          .filter(handle -> runs(handle, program));
    } catch (NumberFormatException notAPid) {
      return Optional.empty();
    }
  }

  private static boolean runs(ProcessHandle handle, Path program) {
    return handle.info().command().filter(command -> same(Path.of(command), program)).isPresent();
  }

  private static boolean same(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      return one.equals(other);
    }
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(path);
    } catch (IOException notThere) {
      return List.of();
    }
  }
}
