package dev.inferlab.agent.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jboss.logging.Logger;

/**
 * A file that keeps the end of what is written to it: at the limit it becomes {@code NAME.1} and a
 * new one begins.
 */
final class BoundedLog {
  private static final Logger LOG = Logger.getLogger(BoundedLog.class);

  private final Path file;
  private final long limitBytes;
  private OutputStream out;
  private long written;
  private boolean failureSaid;

  BoundedLog(Path file, long limitBytes) {
    this.file = file;
    this.limitBytes = limitBytes;
  }

  synchronized void write(byte[] bytes, int length) {
    try {
      if (out == null) {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        written = Files.size(file);
      }
      out.write(bytes, 0, length);
      written += length;
      if (written > limitBytes) {
        out.close();
        out = null;
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      if (!failureSaid) {
        failureSaid = true; // a full disk must not stop jobs, and not fill the agent's log either
        LOG.warn("What executors print cannot be kept: " + e.getMessage());
      }
    }
  }
}
