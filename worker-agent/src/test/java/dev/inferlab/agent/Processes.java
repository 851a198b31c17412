package dev.inferlab.agent;

/** Looks at processes in tests. */
final class Processes {
  private Processes() {}

  /** One of those that the kind "litter" leaves. */
  static boolean isSleep(ProcessHandle process) {
    return process.isAlive() && process.info().commandLine().orElse("").contains("sleep 600");
  }
}
