package dev.inferlab.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.agent.config.ExecutorConfig;
import dev.inferlab.agent.failure.JobFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorLauncherTest {
  @TempDir Path folder;

  @Test
  void whoConnectsAndSaysNothingIsGivenUp() throws Exception {
    Path work = folder.resolve("work");
    ExecutorConfig config =
        new ExecutorConfig(
            1,
            64L << 20,
            1L << 30,
            1L << 20,
            1L << 30,
            Duration.ofSeconds(2),
            Duration.ofMinutes(1),
            "");
    ExecutorLauncher launcher =
        new ExecutorLauncher(
            config, new MemoryBudget(Long.MAX_VALUE), work, folder.resolve("logs"));
    // In the place of the real one, whose Java has still to come up.
    CompletableFuture<SocketChannel> silent =
        CompletableFuture.supplyAsync(() -> connect(work), task -> Thread.ofPlatform().start(task));
    assertThatThrownBy(() -> launcher.start("TEST.0"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("EXECUTOR_START_FAILED")
        .hasStackTraceContaining("did not come up within 2 s");
    silent.get().close();
    assertThat(work).as("nothing is left").isEmptyDirectory();
  }

  private static SocketChannel connect(Path work) {
    while (true) {
      Optional<Path> socket = socket(work);
      if (socket.isPresent()) {
        try {
          SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
          if (channel.connect(UnixDomainSocketAddress.of(socket.get()))) {
            return channel;
          }
        } catch (IOException e) {
          // It is bound, but does not listen yet.
        }
      }
      Thread.onSpinWait();
    }
  }

  private static Optional<Path> socket(Path work) {
    try (Stream<Path> folders = Files.list(work)) {
      return folders.map(it -> it.resolve("s")).filter(Files::exists).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
