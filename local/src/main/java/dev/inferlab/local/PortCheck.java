package dev.inferlab.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;

/** Tells before anything starts which port is not free, instead of a stack trace after. */
public final class PortCheck {
  private PortCheck() {}

  /**
   * @throws SettingsException naming the first port that some other program listens on
   */
  public static void requireFree(Settings settings) {
    for (Map.Entry<Integer, String> port : settings.ports().owners(settings.agents()).entrySet()) {
      if (!isFree(port.getKey())) {
        throw new SettingsException(
            "Port %d (%s) is taken by another program.".formatted(port.getKey(), port.getValue()),
            "Stop that program, or choose another base port: INFERLAB_PORT=%d ./inferlab up"
                .formatted(
                    settings.ports().base() < 60_000
                        ? settings.ports().base() + 1000
                        : Ports.DEFAULT_BASE));
      }
    }
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
