package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The hot loops leave the heap alone, on the runtime's threads too. */
class AllocationTest {

  /** In all runs together: a single smallest object a run would be 16 times as much. */
  private static final long NOTHING = HotLoops.RUNS;

  @Test
  void hotLoopsAllocateNothing() throws Exception {
    ChildJvm.Result result =
        ChildJvm.run("", HotLoops.class.getName(), Fixtures.mnist().toString());

    assertThat(result.status()).as(result.output()).isZero();
    Matcher loop = Pattern.compile("([a-z ]+): (\\d+) bytes").matcher(result.output());
    int loops = 0;
    while (loop.find()) {
      assertThat(Long.parseLong(loop.group(2))).as(result.output()).isLessThan(NOTHING);
      loops++;
    }
    assertThat(loops).as(result.output()).isEqualTo(4);
  }
}
