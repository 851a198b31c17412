package dev.inferlab.agent.machine;

import dev.inferlab.proto.job.v1.Resources;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** This machine as Linux describes it. */
public final class Machine {
  private final Path root;
  private final Path stateFolder;
  private final String os;
  private final String cpu;
  private long busyBefore;
  private long allBefore;

  /**
   * @param root "/" but in tests
   * @param stateFolder whose disk counts
   */
  public Machine(Path root, Path stateFolder) {
    this.root = root;
    this.stateFolder = stateFolder;
    this.os = os();
    this.cpu = cpu();
  }

  /**
   * The present state; the CPU load is that since the last call. Each heartbeat asks, also while
   * others measure: it reads {@code meminfo} and the first line of {@code stat}.
   */
  public synchronized Resources resources() {
    List<String> memory = lines("proc/meminfo");
    return Resources.newBuilder()
        .setLogicalCores(Runtime.getRuntime().availableProcessors())
        .setMemoryBytes(bytes(memory, "MemTotal"))
        .setMemoryAvailableBytes(bytes(memory, "MemAvailable"))
        .setSwapBytes(bytes(memory, "SwapTotal"))
        .setDiskFreeBytes(stateFolder.toFile().getUsableSpace())
        .setCpuLoad(load())
        .setOs(os)
        .setCpu(cpu)
        .build();
  }

  /** How the first core's frequency is governed; empty where the machine does not say. */
  public String cpuGovernor() {
    return firstLine("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip();
  }

  public long memoryBytes() {
    return bytes(lines("proc/meminfo"), "MemTotal");
  }

  private static long bytes(List<String> memory, String key) {
    for (String line : memory) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return 0;
  }

  private double load() {
    String stat = firstLine("proc/stat");
    if (stat.isEmpty()) {
      return 0;
    }
    String[] fields = stat.split("\\s+");
    long all = 0;
    for (int i = 1; i < Math.min(fields.length, 9); i++) {
      all += Long.parseLong(fields[i]);
    }
    long idle = Long.parseLong(fields[4]) + (fields.length > 5 ? Long.parseLong(fields[5]) : 0);
    long busy = all - idle;
    double load = all == allBefore ? 0 : (double) (busy - busyBefore) / (all - allBefore);
    busyBefore = busy;
    allBefore = all;
    return Math.clamp(load, 0, 1);
  }

  private String os() {
    for (String line : lines("etc/os-release")) {
      if (line.startsWith("PRETTY_NAME=")) {
        return line.substring("PRETTY_NAME=".length()).replace("\"", "");
      }
    }
    return System.getProperty("os.name") + " " + System.getProperty("os.version");
  }

  private String cpu() {
    for (String line : lines("proc/cpuinfo")) {
      if (line.startsWith("model name")) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return System.getProperty("os.arch");
  }

  private String firstLine(String path) {
    try (BufferedReader in = Files.newBufferedReader(root.resolve(path))) {
      String line = in.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      return "";
    }
  }

  private List<String> lines(String path) {
    try {
      return Files.readAllLines(root.resolve(path));
    } catch (IOException e) {
      return List.of();
    }
  }
}
