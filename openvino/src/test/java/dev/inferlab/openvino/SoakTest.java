package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SoakTest {

  private static final long MEGABYTE = 1 << 20;

  @Test
  void memoryStaysFlatOverThousandsOfCycles() throws Exception {
    cycles(5_000, 12 * MEGABYTE);
  }

  @Test
  @Tag("long")
  void memoryStaysFlatOverAHundredThousandCycles() throws Exception {
    cycles(100_000, 5 * MEGABYTE);
  }

  @Test
  void noCallbackIsLostInThousandsOfRuns() throws Exception {
    runs(50_000);
  }

  @Test
  @Tag("long")
  void noCallbackIsLostInAMillionRuns() throws Exception {
    runs(1_000_000);
  }

  private static void cycles(int count, long allowedBytes) throws Exception {
    String output = soak("cycles", count);
    Matcher grown = Pattern.compile("grown (-?\\d+) bytes").matcher(output);
    assertThat(grown.find()).as(output).isTrue();
    System.out.println("Soak of " + count + " cycles: " + grown.group());
    assertThat(Long.parseLong(grown.group(1))).as(output).isLessThan(allowedBytes);
  }

  private static void runs(int count) throws Exception {
    String output = soak("runs", count);
    assertThat(output).contains("ended %d of %d".formatted(count, count));
    assertThat(output).contains("completed %d of %d".formatted(count / 10, count / 10));
    System.out.println("Soak of " + count + " runs: all ended");
  }

  /** A heap of fixed size, touched at the start: what grows is native memory. */
  private static String soak(String what, int count) throws Exception {
    ChildJvm.Result result =
        ChildJvm.run(
            Duration.ofMinutes(5).plusMillis(10L * count),
            "",
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            Soak.class.getName(),
            what,
            Integer.toString(count),
            Fixtures.mnist().toString());
    assertThat(result.status()).as(result.output()).isZero();
    Matcher resource =
        Pattern.compile("(\\w+) opened (\\d+) closed (\\d+) leaked 0").matcher(result.output());
    int kinds = 0;
    while (resource.find()) {
      assertThat(resource.group(2)).as(resource.group(1)).isEqualTo(resource.group(3));
      kinds++;
    }
    assertThat(kinds).as(result.output()).isEqualTo(OpenVino.resources().size());
    return result.output();
  }
}
