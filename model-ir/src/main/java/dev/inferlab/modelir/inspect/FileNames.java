package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Names and paths inside an upload; they never touch the file system. */
final class FileNames {
  private FileNames() {}

  /**
   * The name of the file that {@code path} means when seen from {@code folder}; empty when it is
   * absolute, leaves the upload, or is written in a way that some system would read differently.
   */
  static Optional<String> resolve(String folder, String path) {
    boolean unsafe =
        path.isEmpty()
            || path.startsWith("/")
            || path.endsWith("/")
            || path.indexOf('\\') >= 0
            || path.indexOf(':') >= 0
            || path.startsWith("~")
            || path.chars().anyMatch(c -> c < 0x20);
    if (unsafe) {
      return Optional.empty();
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (folder + path).split("/")) {
      if (part.equals("..")) {
        // Even one that stays inside the upload: no exporter writes it.
        return Optional.empty();
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("/", parts));
  }
}
