package dev.inferlab.testkit.infra;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * An S3-speaking server for tests: moto's, from the Python package index, in a virtual environment
 * of its own under Inferlab's cache. Keeps objects in memory.
 */
public final class S3Server implements AutoCloseable {
  private static final String MOTO = "moto[server]==5.2.5";

  private final Process process;
  private final URI endpoint;

  private S3Server(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
  }

  /**
   * Brings moto if it is not there yet. Where that cannot be done the calling test is skipped, and
   * says so loudly.
   */
  public static S3Server startOrSkip() {
    return startOrSkip(Optional.empty());
  }

  /** As {@link #startOrSkip()}, at an https address. */
  public static S3Server startOrSkip(Encryption encryption) {
    return startOrSkip(Optional.of(encryption));
  }

  private static S3Server startOrSkip(Optional<Encryption> encryption) {
    try {
      return start(python(), encryption);
    } catch (IOException e) {
      String reason = "NOT TESTED: no S3 server could be had here: " + e.getMessage();
      System.err.println(reason);
      throw new TestAbortedException(reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestAbortedException("interrupted", e);
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static S3Server start(Path python, Optional<Encryption> encryption) throws IOException {
    int port;
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                python.toString(), "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "" + port));
    encryption.map(Encryption::moto).ifPresent(arguments::addAll);
    ProcessBuilder command = new ProcessBuilder(arguments);
    // Without these moto's client library looks for Amazon's machines.
    command.environment().putAll(Map.of("AWS_EC2_METADATA_DISABLED", "true"));
    Process process = command.redirectErrorStream(true).start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      if (line.contains("Running on")) {
        Thread.ofPlatform().daemon().start(() -> drain(lines));
        return new S3Server(
            process,
            URI.create((encryption.isPresent() ? "https" : "http") + "://127.0.0.1:" + port));
      }
    }
    throw new IOException("moto did not start:\n" + said);
  }

  /** The interpreter of moto's environment, which is made first if it is not there whole. */
  private static Path python() throws IOException, InterruptedException {
    String cache = System.getenv("INFERLAB_CACHE");
    Path folder =
        (cache == null
                ? Path.of(System.getProperty("user.home"), ".cache", "inferlab")
                : Path.of(cache))
            .resolve("moto");
    Files.createDirectories(folder);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("lock").toFile(), "rw");
        FileLock lock = file.getChannel().lock()) {
      Path environment = folder.resolve("venv");
      Path python = environment.resolve("bin").resolve("python");
      Path complete = folder.resolve(MOTO.replaceAll("[^a-z0-9.]", "_"));
      if (lock.isValid() && !Files.exists(complete)) {
        Path constraints = folder.resolve("constraints.txt");
        try (InputStream pinned = S3Server.class.getResourceAsStream("moto.constraints")) {
          Files.copy(pinned, constraints, StandardCopyOption.REPLACE_EXISTING);
        }
        run(List.of("python3", "-m", "venv", "--clear", environment.toString()));
        run(
            List.of(
                python.toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "-c",
                constraints.toString(),
                MOTO));
        Files.createFile(complete);
      }
      return python;
    }
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + said);
    }
  }

  private static void drain(BufferedReader lines) {
    try {
      while (lines.readLine() != null) {
        // A full pipe would stop the server.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
