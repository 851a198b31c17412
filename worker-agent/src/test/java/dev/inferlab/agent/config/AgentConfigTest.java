package dev.inferlab.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
  @Test
  void theCommandLineBeatsTheEnvironmentWhichBeatsTheDefault() {
    Map<String, String> environment =
        Map.of(
            "INFERLAB_AGENT_SLOTS",
            "7",
            "INFERLAB_AGENT_CACHE_LIMIT",
            "3GiB",
            "INFERLAB_HOME",
            "/lab");
    AgentConfig config = AgentConfig.of(List.of("--slots=9", "--stop-grace=1500ms"), environment);
    assertThat(config.slots()).isEqualTo(9);
    assertThat(config.cacheLimitBytes()).isEqualTo(3L << 30);
    assertThat(config.stopGrace()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.scheduler()).isEqualTo("localhost:8082");
    assertThat(config.stateFolder()).hasToString("/lab/agent");
    assertThat(config.name()).isNotBlank();
    assertThat(config.executor().parallel()).as("as many as slots").isEqualTo(9);
    assertThat(config.tls().enabled()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--slots=-1",
        "--slots=1.5",
        "--cache-limit=lots",
        "--cache-limit=99999999999999999999B",
        "--stop-grace=5",
        "--http-port=70000",
        "--scheduler=nowhere",
        "--scheduler=http://x:1",
        "--labels=a",
        "--labels==b",
        "--log-level=LOUD",
        "--tls=perhaps",
        "--tls-ca=/does/not/exist"
      })
  void aWrongValueNamesItsOption(String argument) {
    String flag = argument.substring(0, argument.indexOf('='));
    assertThatThrownBy(() -> AgentConfig.of(List.of(argument), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(flag);
  }

  @Test
  void anUnknownOptionAndAHalfCertificateAreRefused(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> AgentConfig.of(List.of("--slotz=1"), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("--slotz");
    Path certificate = Files.createFile(folder.resolve("cert.pem"));
    assertThatThrownBy(() -> AgentConfig.of(List.of("--tls-cert=" + certificate), Map.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("--tls-key");
  }

  @Test
  void helpNamesEveryOptionItsVariableAndItsDefault() {
    for (Option option : Option.values()) {
      assertThat(AgentConfig.help())
          .contains(option.flag(), option.variable(), option.defaultText());
    }
  }
}
