package dev.inferlab.agent.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Clears what a predecessor on the same state folder left when it died: executors that still live,
 * temporary files.
 */
public final class Leftovers {
  private static final Logger LOG = Logger.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * To be called while the state folder's lock is held.
   *
   * @param unfinished hears the note of every attempt that never ended, after its executor is
   *     surely dead
   */
  public static void sweep(Path workFolder, Consumer<String> unfinished) throws IOException {
    if (!Files.isDirectory(workFolder)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(workFolder)) {
      for (Path folder : folders) {
        ExecutorFolder.owner(folder).ifPresent(Leftovers::end);
        ExecutorFolder.unfinished(folder).ifPresent(unfinished);
        ExecutorFolder.delete(folder);
        LOG.infof(
            "Cleared the folder of an executor of an earlier run (%s).", folder.getFileName());
      }
    }
  }

  private static void end(String owner) {
    String[] fields = owner.strip().split(" ");
    if (fields.length != 3) {
      return;
    }
    long pid = Long.parseLong(fields[0]);
    long startTicks = Long.parseLong(fields[1]);
    // The process id may belong to somebody else by now: its start time tells.
    boolean same = ProcFs.startTicks(pid).orElse(-1) == startTicks;
    ProcessTree.kill(same ? ProcessHandle.of(pid) : Optional.empty(), fields[2]);
  }
}
