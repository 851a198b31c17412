package dev.inferlab.local.postgres;

import dev.inferlab.local.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL refuses to run as root; inside a user namespace of its own it is not root, and files
 * stay readable.
 */
final class NonRoot {
  private static final long PATIENCE_SECONDS = 10;

  private NonRoot() {}

  /** What must stand before a command of PostgreSQL on this machine; mostly nothing. */
  static List<String> prefix() throws IOException, InterruptedException {
    if (!userId(List.of("id", "-u")).equals("0")) {
      return List.of();
    }
    List<String> namespace = List.of("unshare", "-U");
    List<String> probe = new ArrayList<>(namespace);
    probe.addAll(List.of("id", "-u"));
    String inside;
    try {
      inside = userId(probe);
    } catch (IOException noSuchProgram) {
      inside = "";
    }
    if (inside.isEmpty() || inside.equals("0")) {
      throw new SettingsException(
          "PostgreSQL refuses to run as root, and user namespaces are switched off here.",
          "Run ./inferlab as an ordinary user: that works on any machine.");
    }
    return namespace;
  }

  private static String userId(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return ended && process.exitValue() == 0 ? answer : "";
  }
}
