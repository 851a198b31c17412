package dev.inferlab.agent.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The peak of this process's resident memory, as Linux keeps it. */
final class ProcessMemory {
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /**
   * Forgets the peak so far. Where the kernel does not allow it, the peak is that of the process's
   * life.
   */
  static void resetPeak() {
    try {
      Files.writeString(RESET, "5");
    } catch (IOException e) {
      return;
    }
  }

  /** In bytes; 0 where it is not told. */
  static long peakBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
