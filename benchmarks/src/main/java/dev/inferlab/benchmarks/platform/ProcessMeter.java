package dev.inferlab.benchmarks.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads what Linux says about a process and its descendants. */
record ProcessMeter(List<Long> roots) {

  /** Kernel ticks a second on every Linux that Java runs on (sysconf(_SC_CLK_TCK)). */
  private static final double TICKS_PER_SECOND = 100;

  /** Processor time that the process trees have used since they started. */
  double cpuSeconds() {
    double ticks = 0;
    for (long pid : pids()) {
      String stat = read(pid, "stat");
      // The command's name is in parentheses and may hold spaces; utime and stime are fields 14 and
      // 15.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      if (fields.length > 12) {
        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Resident memory, with memory that several processes share counted once (PSS), in MiB. */
  double residentMebibytes() {
    long kilobytes = 0;
    for (long pid : pids()) {
      kilobytes +=
          read(pid, "smaps_rollup")
              .lines()
              .filter(line -> line.startsWith("Pss:"))
              .map(line -> line.toLowerCase(Locale.ROOT).replaceAll("[^0-9]", ""))
              .mapToLong(Long::parseLong)
              .sum();
    }
    return kilobytes / 1024.0;
  }

  /** The processes and their descendants, as they are now. */
  List<Long> pids() {
    List<Long> all = new ArrayList<>();
    for (long root : roots) {
      ProcessHandle.of(root)
          .ifPresent(
              handle ->
                  Stream.concat(Stream.of(handle), handle.descendants())
                      .forEach(process -> all.add(process.pid())));
    }
    return all;
  }

  /** Empty when the process has just ended. */
  private static String read(long pid, String name) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), name));
    } catch (IOException e) {
      return "0 (gone) ";
    }
  }
}
