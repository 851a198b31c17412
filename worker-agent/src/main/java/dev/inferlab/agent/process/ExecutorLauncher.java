package dev.inferlab.agent.process;

import dev.inferlab.agent.config.ExecutorConfig;
import dev.inferlab.agent.executor.ExecutorMain;
import dev.inferlab.agent.executor.Wire;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.executor.v1.FromExecutor;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts executors: child JVMs with the agent's own class path and a bare environment. */
final class ExecutorLauncher {
  private static final long LOG_BYTES = 4 << 20;

  /** Far above what any result may have, far below the agent's heap. */
  private static final int LARGEST_MESSAGE_BYTES = 8 << 20;

  private static final Set<String> PASSED_ON =
      Set.of(
          "PATH",
          "HOME",
          "LANG",
          "LC_ALL",
          "TZ",
          "LD_LIBRARY_PATH",
          "INTEL_OPENVINO_DIR",
          "OCL_ICD_VENDORS");

  private final ExecutorConfig config;
  private final MemoryBudget budget;
  private final Path workFolder;
  private final BoundedLog log;
  private final SecureRandom random = new SecureRandom();

  ExecutorLauncher(ExecutorConfig config, MemoryBudget budget, Path workFolder, Path logFolder)
      throws IOException {
    this.config = config;
    this.budget = budget;
    this.workFolder = Files.createDirectories(workFolder);
    this.log =
        new BoundedLog(Files.createDirectories(logFolder).resolve("executors.log"), LOG_BYTES);
  }

  /** Starts one and waits until it is ready. */
  ExecutorProcess start(String device) throws JobFailedException, InterruptedException {
    byte[] secret = new byte[16];
    random.nextBytes(secret);
    ExecutorFolder folder = null;
    Process process = null;
    boolean started = false;
    try {
      folder = ExecutorFolder.create(workFolder, HexFormat.of().formatHex(secret));
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(folder.socket()));
        process = launch(folder);
        folder.writeOwner(process.pid());
        Wire wire = greeted(server, process, folder.token());
        started = true;
        return new ExecutorProcess(process, wire, folder, config, log, device, budget);
      }
    } catch (IOException e) {
      throw Failure.EXECUTOR_START_FAILED.exception(
          "No executor could be started on the target; its agent's log says why.", e);
    } finally {
      if (!started) {
        if (process != null) {
          ProcessTree.kill(Optional.of(process.toHandle()), folder.token());
          keepOutput(process);
        }
        if (folder != null) {
          folder.delete();
        }
      }
    }
  }

  private void keepOutput(Process process) {
    try {
      byte[] output = process.getInputStream().readNBytes(1 << 16);
      log.write(output, output.length);
    } catch (IOException e) {
      // It is closed already.
    }
  }

  /** One deadline for connecting and for the first word: a process may freeze in between. */
  private Wire greeted(ServerSocketChannel server, Process process, String token)
      throws IOException, InterruptedException {
    CompletableFuture<Wire> connection = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("executor-accept")
        .start(
            () -> {
              try {
                Wire wire = greeted(server.accept(), token);
                if (!connection.complete(wire)) {
                  wire.close(); // too late
                }
              } catch (IOException e) {
                connection.completeExceptionally(e);
              }
            });
    CompletableFuture<Void> unused =
        process
            .onExit()
            .thenAccept(
                dead ->
                    connection.completeExceptionally(
                        new IOException("it ended at once with exit code " + dead.exitValue())));
    try {
      return connection.get(config.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          "it did not come up within " + config.startTimeout().toSeconds() + " s", e);
    }
  }

  private static Wire greeted(SocketChannel socket, String token) throws IOException {
    Wire wire = new Wire(socket, LARGEST_MESSAGE_BYTES);
    Optional<FromExecutor> hello = wire.receive(FromExecutor.parser());
    if (hello.isEmpty() || !hello.get().getReady().getToken().equals(token)) {
      wire.close();
      throw new IOException("the process that connected is not the executor");
    }
    return wire;
  }

  private Process launch(ExecutorFolder folder) throws IOException {
    String classPath = System.getProperty("java.class.path");
    if (!config.extraClasspath().isEmpty()) {
      classPath += File.pathSeparator + config.extraClasspath();
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + config.heapBytes(),
                "-Xss1m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=" + folder.errorFile(),
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + folder.temporary(),
                "-Dorg.bytedeco.javacpp.cachedir=" + workFolder.resolveSibling("natives"),
                "-cp",
                classPath,
                ExecutorMain.class.getName()));
    builder.directory(folder.temporary().toFile());
    builder.redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> !passedOn(name));
    environment.put("OPENCV_LOG_LEVEL", "OFF");
    environment.put("TMPDIR", folder.temporary().toString());
    environment.put(ExecutorMain.SOCKET_VARIABLE, folder.socket().toString());
    environment.put(ExecutorMain.TOKEN_VARIABLE, folder.token());
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** Hostile models are read there: nothing of the agent's secrets and settings goes along. */
  private static boolean passedOn(String name) {
    return PASSED_ON.contains(name)
        || name.startsWith("OTEL_")
        || name.startsWith("OPENVINO_")
        || name.equals("INFERLAB_CACHE")
        || name.startsWith("INFERLAB_OPENVINO")
        || name.startsWith("ONEDNN_")
        || name.startsWith("OMP_");
  }
}
