package dev.inferlab.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process that ever ran on this machine. The number alone is not enough: systems use numbers
 * again.
 *
 * @param pid the process's number
 * @param started when it started, as the system tells it; only ever compared with itself
 */
public record ProcessIdentity(long pid, String started) {
  private static final Path PROC = Path.of("/proc");
  // Counted after the command's closing bracket, because the command may hold blanks: state is
  // field 3, start time 22.
  private static final int STATE = 0;
  private static final int START_TICKS = 19;

  /** The live process with that number; a zombie counts as gone. */
  public static Optional<ProcessIdentity> of(long pid) {
    if (Files.isDirectory(PROC.resolve("self"))) {
      return fromProc(pid);
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(handle -> handle.info().startInstant())
        .map(start -> new ProcessIdentity(pid, start.toString()));
  }

  private static Optional<ProcessIdentity> fromProc(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      if (fields[STATE].equals("Z") || fields[STATE].equals("X")) {
        return Optional.empty();
      }
      String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
      return Optional.of(new ProcessIdentity(pid, boot + "/" + fields[START_TICKS]));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** A handle to act on, unless the process is gone. */
  public Optional<ProcessHandle> handle() {
    return isAlive() ? ProcessHandle.of(pid) : Optional.empty();
  }
}
