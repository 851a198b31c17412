package dev.inferlab.benchmarks.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told before anything is measured. */
@Timeout(60)
class OpenVinoBenchTest {

  @ParameterizedTest
  @CsvSource({
    "--self, jva, '--self takes java or python, not ''jva''.'",
    "--only, INT9, No row contains 'INT9'.",
    "--pairs, 5, Fewer than 6 pairs give no 95 % interval."
  })
  void wrongOptionsAreRefused(String option, String value, String words) throws Exception {
    Said said = bench(option, value);

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.text()).startsWith(words + "\nbench openvino [--json FILE]");
  }

  @Test
  void helpIsNoMistake() throws Exception {
    Said said = bench("--help");

    assertThat(said.exitCode()).isZero();
    assertThat(said.text()).startsWith("bench openvino [--json FILE]");
  }

  private record Said(int exitCode, String text) {}

  private static Said bench(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(OpenVinoBench.class.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }
}
