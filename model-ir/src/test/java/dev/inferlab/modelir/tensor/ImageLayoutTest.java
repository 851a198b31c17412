package dev.inferlab.modelir.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLayoutTest {
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
    "10, false, ''",
    "-1 3 -1 -1, true, NCHW",
    "-1 -1 -1 -1, true, ''"
  })
  void layoutIsToldWhereItIsClear(String shape, boolean channelsLast, String layout) {
    long[] lengths = Stream.of(shape.split(" ")).mapToLong(Long::parseLong).toArray();

    assertThat(ImageLayout.of(PartialShape.of(lengths), channelsLast)).isEqualTo(layout);
  }
}
