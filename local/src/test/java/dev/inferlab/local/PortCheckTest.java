package dev.inferlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortCheckTest {
  @TempDir private Path home;

  @Test
  void aPortThatIsTakenIsNamedWithItsOwnerAndAWayOut() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int taken = other.getLocalPort();
      Settings settings = new Settings(home, home, home, new Ports(taken), 1, Map.of());
      assertThatThrownBy(() -> PortCheck.requireFree(settings))
          .isInstanceOfSatisfying(
              SettingsException.class, told -> assertThat(told.remedy()).contains("INFERLAB_PORT="))
          .hasMessageMatching("Port " + taken + " \\(.+\\) is taken by another program\\.");
    }
  }

  @Test
  void freePortsPassTheCheck() {
    Settings settings = new Settings(home, home, home, Ports.free(3), 3, Map.of());
    PortCheck.requireFree(settings);
  }
}
