package dev.inferlab.gateway.catalog.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected texts are what {@code re.subn} of Python 3.12 gives. */
class TextReplacementTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "b+ | X | abbcb | aXcX | 2",
        "(a)(b) | \\2\\1 | abab | baba | 2",
        "(?P<first>\\w+) (\\w+) | \\g<2>-\\g<first> | left right | right-left | 1",
        "from \\.(\\w+) import | from \\1 import | from .net import x | from net import x | 1",
        "x | $1\\\\ | axb | a$1\\b | 1",
      })
  void replacesAsPythonDoes(String pattern, String by, String text, String result, int count) {
    TextReplacement.Replaced replaced = TextReplacement.of(pattern, by).apply(text, 0, LIMIT);
    assertThat(replaced.text()).isEqualTo(result);
    assertThat(replaced.count()).isEqualTo(count);
  }

  @Test
  void stopsAtTheCount() {
    assertThat(TextReplacement.of("a", "b").apply("aaa", 2, LIMIT).text()).isEqualTo("bba");
  }

  @Test
  void aPatternThatBacktracksForEverIsStopped() {
    TextReplacement slow = TextReplacement.of("(x+x+)+y", "z");
    assertThatThrownBy(() -> slow.apply("x".repeat(5_000), 0, Duration.ofMillis(200)))
        .isInstanceOf(TextReplacement.TooSlowException.class);
  }
}
