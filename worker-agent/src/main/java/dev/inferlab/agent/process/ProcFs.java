package dev.inferlab.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** What Linux says of processes. A process that is gone gives nothing, never an error. */
final class ProcFs {
  private static final Path PROC = Path.of("/proc");

  private ProcFs() {}

  /** Resident memory in bytes; 0 if the process is gone. */
  static long residentBytes(long pid) {
    for (String line : read(PROC.resolve(pid + "/status")).orElse("").lines().toList()) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }

  /**
   * When it started, in clock ticks since the machine did: with its id it names a process for good.
   */
  static OptionalLong startTicks(long pid) {
    Optional<String> stat = read(PROC.resolve(pid + "/stat"));
    if (stat.isEmpty()) {
      return OptionalLong.empty();
    }
    String afterName = stat.get().substring(stat.get().lastIndexOf(')') + 2);
    String[] fields = afterName.split(" ");
    return fields[0].equals("Z") || fields[0].equals("X")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(fields[19]));
  }

  /** Whether it has child processes; cheap enough to ask after every job. */
  static boolean hasChildren(long pid) {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
      for (Path thread : threads) {
        Path children = thread.resolve("children");
        if (!read(children).orElse("").isBlank()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** Processes of this user in whose environment {@code marker} stands. */
  static Set<Long> withEnvironment(String marker) {
    Set<Long> found = new TreeSet<>();
    for (long pid : pids()) {
      if (read(PROC.resolve(pid + "/environ")).orElse("").contains(marker)) {
        found.add(pid);
      }
    }
    return found;
  }

  private static List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        pids.add(Long.parseLong(entry.getFileName().toString()));
      }
    } catch (IOException e) {
      return List.of();
    }
    return pids;
  }

  static Optional<String> read(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
