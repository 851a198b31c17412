package dev.inferlab.local.postgres;

import dev.inferlab.local.process.ChildSpec;
import dev.inferlab.local.process.StopPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The embedded PostgreSQL: a cluster in a folder, served by PostgreSQL's own server as a child
 * process, with durable commits and a password that only the folder's owner can read.
 *
 * @param prefix of every command, see {@link NonRoot}
 */
public record PostgresServer(PostgresBinaries binaries, List<String> prefix, Path data, int port) {
  public static final String DATABASE = "inferlab";
  public static final String USER = "inferlab";
  private static final long INITDB_SECONDS = 120;
  private static final StopPlan STOP = StopPlan.interrupt(Duration.ofSeconds(20));

  public static PostgresServer in(Path data, Path cache, int port)
      throws IOException, InterruptedException {
    return new PostgresServer(PostgresBinaries.unpackedIn(cache), NonRoot.prefix(), data, port);
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  public String reactiveUrl() {
    return "postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /** Made when the cluster was made. */
  public String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  public ChildSpec spec() {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            binaries.program("postgres").toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port)));
    settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return new ChildSpec(
        "postgres",
        "PostgreSQL",
        command,
        Map.of(),
        data.getParent(),
        Set.of(),
        this::stopLeftover,
        PostmasterPid.in(data)::saysReady,
        STOP);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "listen_addresses", "127.0.0.1",
        "unix_socket_directories", "",
        "fsync", "on",
        "synchronous_commit", "on",
        "shared_buffers", "128MB",
        "max_connections", "100",
        "max_wal_size", "2GB",
        "log_timezone", "UTC",
        "timezone", "UTC");
  }

  /**
   * Makes the cluster and the database if they are not there; a cluster that was half made is made
   * anew.
   */
  public void initialise() throws IOException, InterruptedException {
    Path made = data.resolve("inferlab-made");
    if (Files.exists(made)) {
      return;
    }
    if (Files.isDirectory(data)) {
      Path aside =
          data.resolveSibling("postgres-unfinished-" + HexFormat.of().formatHex(random(4)));
      Files.move(data, aside);
    }
    Files.createDirectories(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    writePassword();
    run(
        "",
        "initdb",
        "-D",
        data.toString(),
        "-U",
        USER,
        "--pwfile=" + passwordFile(),
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C");
    run("create database " + DATABASE, "postgres", "--single", "-D", data.toString(), "postgres");
    Files.createFile(made);
  }

  private void stopLeftover() throws InterruptedException, IOException {
    initialise();
    PostmasterPid pid = PostmasterPid.in(data);
    Optional<ProcessHandle> leftover = pid.server(binaries.program("postgres"));
    if (leftover.isPresent()) {
      STOP.stop(leftover.get()).join();
    }
    // A killed server leaves the file, and by now its number may belong to a program that has
    // nothing to do with it.
    Files.deleteIfExists(pid.path());
  }

  private void writePassword() throws IOException {
    Files.deleteIfExists(passwordFile());
    Files.createFile(
        passwordFile(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile(), HexFormat.of().formatHex(random(16)) + "\n");
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }

  private Path passwordFile() {
    return data.resolveSibling("postgres.password");
  }

  private void run(String input, String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(binaries.program(program).toString());
    command.addAll(List.of(arguments));
    Path log = data.resolveSibling("logs").resolve("postgres.log");
    Files.createDirectories(log.getParent());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try (var toProcess = process.outputWriter()) {
      toProcess.write(input);
    }
    if (!process.waitFor(INITDB_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(program + " did not end within " + INITDB_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      throw new IOException(program + " ended with " + process.exitValue() + "; see " + log);
    }
  }
}
