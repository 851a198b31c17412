package dev.inferlab.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of {@code ./inferlab} that need nothing built. */
class ScriptTest {
  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"demo", "up", "down", "status", "logs", "test", "bench"})
  void everyVerbHasHelp(String verb) throws Exception {
    Said said = inferlab(verb, "--help");
    assertThat(said.exitCode()).isZero();
    assertThat(said.text()).startsWith("Usage: ./inferlab " + verb);
    assertThat(inferlab("help").text()).contains("  " + verb + " ");
  }

  @Test
  void wrongUsageSaysWhatWouldBeRight() throws Exception {
    Said verb = inferlab("fly");
    assertThat(verb.exitCode()).isEqualTo(2);
    assertThat(verb.text()).contains("there is no verb 'fly'").contains("demo").contains("bench");
    Said option = inferlab("demo", "--kep");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.text()).contains("'--kep'").contains("--keep");
    assertThat(inferlab("bench", "nothing").exitCode()).isEqualTo(2);
    assertThat(inferlab("down", "now").exitCode()).isEqualTo(2);
  }

  @Test
  void logsOfWhatIsNotThereNameWhatIs() throws Exception {
    Said none = inferlab("logs");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.text()).contains("./inferlab up");
    Files.createDirectories(home.resolve("logs"));
    Files.writeString(home.resolve("logs/kafka.log"), "a line of Kafka\n");
    Said wrong = inferlab("logs", "../run/status.json");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.text()).contains("There are: kafka");
    assertThat(inferlab("logs", "kafka").text()).isEqualTo("a line of Kafka\n");
  }

  @Test
  void aFileOrAPipeGetsNoColours() throws Exception {
    assertThat(inferlab("help").text()).doesNotContain("\u001b");
    assertThat(inferlab("fly").text()).doesNotContain("\u001b");
  }

  private record Said(int exitCode, String text) {}

  private Said inferlab(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("inferlab.root"), "inferlab").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("INFERLAB_HOME", home.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }
}
