package dev.inferlab.benchmarks.platform;

import com.google.protobuf.MessageLite;
import dev.inferlab.agent.executor.ExecutorMain;
import dev.inferlab.proto.executor.v1.FromExecutor;
import dev.inferlab.proto.executor.v1.PartStored;
import dev.inferlab.proto.executor.v1.Run;
import dev.inferlab.proto.executor.v1.ToExecutor;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.ProfilePoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The agent's executor program without an agent: no heartbeats, no cache, no stream, no watch over
 * memory. Only what makes it run a job.
 */
final class BareExecutor implements AutoCloseable {
  private final Process process;
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;
  private final Path folder;

  private BareExecutor(Process process, SocketChannel channel, Path folder) {
    this.process = process;
    this.channel = channel;
    this.in = Channels.newInputStream(channel);
    this.out = Channels.newOutputStream(channel);
    this.folder = folder;
  }

  /**
   * @param libraries the folder with the agent's jars
   */
  static BareExecutor start(Path libraries, Path folder) throws IOException {
    Path socket = folder.resolve("bare.sock");
    String token = UUID.randomUUID().toString();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      // The flags of the agent's own launcher.
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx512m",
              "-Xss1m",
              "-XX:+UseSerialGC",
              "-XX:-UsePerfData",
              "-Xshare:auto",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              libraries + "/*",
              ExecutorMain.class.getName());
      builder.environment().put(ExecutorMain.SOCKET_VARIABLE, socket.toString());
      builder.environment().put(ExecutorMain.TOKEN_VARIABLE, token);
      builder.redirectErrorStream(true).redirectOutput(folder.resolve("bare.log").toFile());
      BareExecutor executor = new BareExecutor(builder.start(), server.accept(), folder);
      if (!executor.receive().getReady().getToken().equals(token)) {
        throw new IOException("Something else than the executor connected");
      }
      return executor;
    }
  }

  /** Runs a profile of one point, exactly as the platform asked for it; gives images a second. */
  double profile(JobSpec job, Path inputs) throws IOException {
    Path outputs = Files.createTempDirectory(folder, "outputs");
    send(
        ToExecutor.newBuilder()
            .setRun(
                Run.newBuilder()
                    .setJob(job)
                    .setAttempt(1)
                    .setDevice(job.getPlacement().getDevice())
                    .setInputsFolder(inputs.toString())
                    .setOutputsFolder(outputs.toString()))
            .build());
    double throughput = Double.NaN;
    while (true) {
      FromExecutor message = receive();
      switch (message.getMessageCase()) {
        case PART -> {
          throughput =
              ProfilePoint.parseFrom(message.getPart().getPart().getPayload()).getThroughputFps();
          String key = message.getPart().getPart().getKey();
          send(ToExecutor.newBuilder().setPartStored(PartStored.newBuilder().setKey(key)).build());
        }
        case FINISHED -> {
          return throughput;
        }
        case FAILED -> throw new IOException("The bare run failed: " + message.getFailed());
        default -> {}
      }
    }
  }

  long pid() {
    return process.pid();
  }

  private void send(MessageLite message) throws IOException {
    message.writeDelimitedTo(out);
    out.flush();
  }

  private FromExecutor receive() throws IOException {
    FromExecutor message = FromExecutor.parseDelimitedFrom(in);
    if (message == null) {
      throw new IOException(
          "The bare executor ended: "
              + String.join("\n", List.of(Files.readString(folder.resolve("bare.log")))));
    }
    return message;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    process.destroyForcibly();
  }
}
