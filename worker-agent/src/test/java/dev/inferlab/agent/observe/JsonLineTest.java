package dev.inferlab.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonLineTest {
  @Test
  void hostileTextsStayTextsOnOneLine() {
    String line =
        new JsonLine()
            .put("a\"b", "x\n\"}\u0000\u2028\ud800é\\")
            .put("n", -1)
            .put("t", true)
            .put("none", null)
            .toString();
    assertThat(line)
        .isEqualTo("{\"a\\\"b\":\"x\\n\\\"}\\u0000\\u2028\\ud800é\\\\\",\"n\":-1,\"t\":true}");
  }
}
