package dev.inferlab.agent.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.inspect.ProblemCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever an attempt fails with is registered, with advice, where users look it up. */
class FailureTest {
  private static List<String> registered() throws Exception {
    return Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|")
        .matcher(Files.readString(Path.of(System.getProperty("inferlab.root"), "docs/errors.md")))
        .results()
        .map(code -> code.group(1))
        .toList();
  }

  @Test
  void everyCodeIsInTheRegister() throws Exception {
    assertThat(registered())
        .containsAll(Arrays.stream(Failure.values()).map(Enum::name).toList())
        .containsAll(Stream.of(ProblemCode.values()).map(Enum::name).toList());
  }
}
