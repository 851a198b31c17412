package dev.inferlab.deploy.monitoring;

import dev.inferlab.deploy.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of a Prometheus on this machine: those that are installed, else Debian's package
 * unpacked into the cache. Nothing is installed.
 */
final class Prometheus {
  private Prometheus() {}

  /** Empty where neither is to be had; tests that need it are then skipped, and say so. */
  static Optional<Path> program(String name) throws IOException, InterruptedException {
    if (Tool.answers(name, "--version")) {
      return Optional.of(Path.of(name));
    }
    Path folder = ReadmeWalk.cache().resolve("prometheus");
    Path program = folder.resolve("usr/bin").resolve(name);
    if (!Files.isExecutable(program) && Tool.answers("dpkg", "--version")) {
      unpack(folder);
    }
    return Files.isExecutable(program) ? Optional.of(program) : Optional.empty();
  }

  private static void unpack(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path download = Files.createTempDirectory(folder, "deb");
    Tool.run(download, Map.of(), "apt-get", "download", "prometheus");
    Tool.run(download, Map.of(), "sh", "-c", "dpkg -x prometheus_*.deb .. && rm -r \"$PWD\"");
  }
}
