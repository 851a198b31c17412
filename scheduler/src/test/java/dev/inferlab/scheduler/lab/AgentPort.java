package dev.inferlab.scheduler.lab;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;

/** A free port for the agents' endpoint, known before the application starts. */
public final class AgentPort implements QuarkusTestResourceLifecycleManager {

  static final String KEY = "quarkus.grpc.server.test-port";

  /** A port that nobody listens on now. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> start() {
    return Map.of(KEY, Integer.toString(free()));
  }

  @Override
  public void stop() {
    // Nothing was opened.
  }
}
