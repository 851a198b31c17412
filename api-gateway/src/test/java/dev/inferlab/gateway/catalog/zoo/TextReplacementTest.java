package dev.inferlab.gateway.catalog.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected texts are what {@code re.subn} of Python 3.12 gives. */
class TextReplacementTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int LONGEST = 1 << 20;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "b+ | X | abbcb | aXcX | 2",
        "(a)(b) | \\2\\1 | abab | baba | 2",
        "(?P<first>\\w+) (\\w+) | \\g<2>-\\g<first> | left right | right-left | 1",
        "from \\.(\\w+) import | from \\1 import | from .net import x | from net import x | 1",
        "(a)(b)? | \\2\\g<1>0 | ac | a0c | 1",
        "'' | - | ab | -a-b- | 3",
        "x | $1\\\\ | axb | a$1\\b | 1",
      })
  void replacesAsPythonDoes(String pattern, String by, String text, String result, int count) {
    TextReplacement.Replaced replaced =
        TextReplacement.of(pattern, by).apply(text, 0, LIMIT, LONGEST);
    assertThat(replaced.text()).isEqualTo(result);
    assertThat(replaced.count()).isEqualTo(count);
  }

  @Test
  void stopsAtTheCount() {
    assertThat(TextReplacement.of("a", "b").apply("aaa", 2, LIMIT, LONGEST).text())
        .isEqualTo("bba");
  }

  @Test
  void aPatternThatBacktracksForEverIsStopped() {
    TextReplacement slow = TextReplacement.of("(x+x+)+y", "z");
    assertThatThrownBy(() -> slow.apply("x".repeat(5_000), 0, Duration.ofMillis(200), LONGEST))
        .isInstanceOf(TextReplacement.StoppedException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void aTextThatGrowsTooLongIsStopped() {
    TextReplacement many = TextReplacement.of("", "y".repeat(4_000));
    assertThatThrownBy(() -> many.apply("x".repeat(1 << 20), 0, LIMIT, LONGEST))
        .isInstanceOf(TextReplacement.StoppedException.class)
        .hasMessageContaining("longer than");
    // One match only, which the replacement repeats.
    TextReplacement repeated = TextReplacement.of("(.+)", "\\1".repeat(2_000));
    assertThatThrownBy(() -> repeated.apply("x".repeat(1 << 20), 0, LIMIT, LONGEST))
        .isInstanceOf(TextReplacement.StoppedException.class)
        .hasMessageContaining("longer than");
    assertThat(TextReplacement.of("a", "bb").apply("xax", 0, LIMIT, 4).text()).isEqualTo("xbbx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\2", "\\g<2>", "\\g<other>"})
  void aGroupThatThePatternLacksIsAFault(String replacement) {
    assertThat(TextReplacement.fault("(?P<first>a)", replacement)).isPresent();
  }
}
