package dev.inferlab.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

/** Tells before anything starts why the state folder cannot be used, instead of a log after. */
final class HomeCheck {
  /** PostgreSQL takes 1,023 bytes for its part of it. */
  static final int LONGEST_BYTES = 900;

  /**
   * A fresh lab takes most of it; one that has data starts with less, so that people can delete.
   */
  private static final long LEAST_FREE_BYTES = 256L << 20;

  private final Path home;
  private final long leastFreeBytes;

  private HomeCheck(Path home, long leastFreeBytes) {
    this.home = home;
    this.leastFreeBytes = leastFreeBytes;
  }

  /**
   * Makes the folder if it is not there.
   *
   * @throws SettingsException with the first reason why it cannot be used
   */
  static void requireUsable(Path home) {
    requireUsable(home, LEAST_FREE_BYTES);
  }

  static void requireUsable(Path home, long leastFreeBytes) {
    HomeCheck check = new HomeCheck(home, leastFreeBytes);
    check.name();
    check.isFolder();
    check.make();
    check.postgres(check.writable(home));
    for (String part : List.of("kafka", "artifacts", "agent", "logs", "run")) {
      if (Files.exists(home.resolve(part))) {
        check.writable(home.resolve(part));
      }
    }
    check.space();
  }

  private void name() {
    int bytes = home.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_BYTES) {
      throw unusable(
          "its path has %d bytes, and PostgreSQL takes no more than %d"
              .formatted(bytes, LONGEST_BYTES),
          other());
    }
    if (home.toString().contains(",")) {
      throw unusable(
          "its path has a comma, which Kafka takes for the end of it",
          "Rename the folder, or choose another one: " + example());
    }
  }

  private void isFolder() {
    for (Path part = home; part != null; part = part.getParent()) {
      if (Files.exists(part) && !Files.isDirectory(part)) {
        throw unusable(
            called(part) + " is a file, not a folder",
            "Move that file away, or choose another folder: " + example());
      }
      if (Files.isSymbolicLink(part) && !Files.exists(part)) {
        throw unusable(
            "%s is a link to %s, and nothing is found there".formatted(called(part), target(part)),
            "Make that folder, or choose another one: " + example());
      }
    }
  }

  /** Only the folder itself is closed to others: those above it are not ours. */
  private void make() {
    try {
      if (!Files.exists(home)) {
        Files.createDirectories(home.getParent());
      }
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (AccessDeniedException e) {
      throw denied(home);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * By writing, the only test that holds for every file system.
   *
   * @return who owns what is written here
   */
  private UserPrincipal writable(Path folder) {
    try {
      Path probe = Files.createTempFile(folder, "probe-", "");
      try {
        Files.writeString(probe, "written to see whether it can be\n");
        return Files.getOwner(probe);
      } finally {
        Files.delete(probe);
      }
    } catch (AccessDeniedException e) {
      throw denied(folder);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private SettingsException denied(Path folder) {
    Path denied = existing(folder);
    return unusable(
        "%s belongs to '%s', and '%s' may not write there"
            .formatted(called(denied), owner(denied), System.getProperty("user.name")),
        "Give it to yourself (chown -R), or choose another folder: " + example());
  }

  private SettingsException unusable(IOException e) {
    String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    reason = reason == null ? e.toString() : reason;
    if (reason.contains("Read-only file system")) {
      return unusable("its file system is read-only", other());
    }
    if (reason.contains("No space left") || reason.contains("quota")) {
      return unusable(
          "its disk is full", "Make room there, or choose another folder: " + example());
    }
    return unusable("nothing can be written there (" + reason + ")", other());
  }

  /** PostgreSQL serves only a folder of its own user. */
  private void postgres(UserPrincipal self) {
    Path folder = home.resolve("postgres");
    if (Files.exists(folder) && !owner(folder).equals(self.getName())) {
      throw unusable(
          "postgres in it belongs to '%s', and you are '%s'"
              .formatted(owner(folder), self.getName()),
          "Run ./inferlab as '%s', or give the folder to yourself: chown -R %s '%s'"
              .formatted(owner(folder), self.getName(), home));
    }
  }

  private void space() {
    if (Files.exists(home.resolve("postgres/PG_VERSION"))) {
      return;
    }
    // Not of the FileStore, which is looked up among the mounts: a sandbox may not show them.
    long free = home.toFile().getUsableSpace();
    boolean known = free > 0;
    if (known && free < leastFreeBytes) {
      throw unusable(
          "its disk has %d MiB free, and %d MiB are the least to start with"
              .formatted(free >> 20, leastFreeBytes >> 20),
          "Make room there, or choose another folder: " + example());
    }
  }

  private String called(Path path) {
    return path.equals(home) ? "it" : path.toString();
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "somewhere";
    }
  }

  private static Path existing(Path path) {
    Path part = path;
    while (part.getParent() != null && !Files.exists(part)) {
      part = part.getParent();
    }
    return part;
  }

  private static String owner(Path path) {
    try {
      return Files.getOwner(path).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "somebody else";
    }
  }

  private SettingsException unusable(String why, String remedy) {
    return new SettingsException(
        "The state folder %s cannot be used: %s.".formatted(home, why), remedy);
  }

  private static String other() {
    return "Choose another folder: " + example();
  }

  private static String example() {
    return "INFERLAB_HOME=/some/folder ./inferlab up";
  }
}
