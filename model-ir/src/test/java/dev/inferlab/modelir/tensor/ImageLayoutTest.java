package dev.inferlab.agent.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortsTest {
  /** SqueezeNet's prob, det1's conv4-2, MobileNet's pooled features as TensorFlow has them. */
  @ParameterizedTest
  @CsvSource({
    "1 1000 1 1, false, NCHW",
    "1 4 1 1, false, NCHW",
    "-1 4 1 1, false, NCHW",
    "1 1 1 1001, true, NHWC",
    "1 1000 1 1, true, ''",
    "1 1 1 1001, false, ''",
    "1 1 1 1, false, NCHW",
    "1 1 1 1, true, NHWC",
    "1 3 224 224, true, NCHW",
    "1 224 224 3, false, NHWC",
    "1 64 28 28, false, ''",
    "1 10, false, NC",
    "10, false, ''"
  })
  void layoutIsToldWhereItIsClear(String shape, boolean channelsLast, String layout) {
    List<Long> lengths = Stream.of(shape.split(" ")).map(Long::valueOf).toList();

    assertThat(Ports.layout(lengths, channelsLast)).isEqualTo(layout);
  }
}
