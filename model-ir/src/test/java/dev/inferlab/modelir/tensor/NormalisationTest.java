package dev.inferlab.modelir.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalisationTest {
  private static final Normalisation IMAGENET =
      new Normalisation(List.of(123.675, 116.28, 103.53), List.of(58.395, 57.12, 57.375));

  /** Each as "mean / scale"; "-" is what cannot be. */
  @ParameterizedTest
  @CsvSource({
    "127.5/128, 127.5/128, /",
    "127.5/128, /128, 127.5/",
    "127.5/128, 127.5/, -",
    "127.5/127.5, 0.5/0.5, /255",
    "127.5/127.5, /0.5, 127.5/255",
    "127.5/127.5, 0.5/, -",
    "127.5/127.5, 1/, /127.5",
    "127.5/127.5, /2, -",
    "127.5/127.5, /255, -",
    "127.5/255, 0.5/, /255",
    "127.5/, 127.5/, /",
    "127.5/, /127.5, -",
    "127.5/, 0.5/, -",
    "/255, /255, /",
    "/65025, /255, -",
    "/255, 0.5/0.5, -",
    "/255, 0.5/, -",
    "/, 127.5/128, /",
    "/, 0.5/0.5, /255",
    "/, 1/, /255",
    "127.5/128, /, 127.5/128",
    "0/1, 0.5/0.5, -"
  })
  void whatIsBuiltInIsLeftOut(String all, String builtIn, String left) {
    assertThat(normalisation(all).without(normalisation(builtIn)))
        .isEqualTo(left.equals("-") ? Optional.empty() : Optional.of(normalisation(left)));
  }

  @Test
  void meanAndScaleOfValuesUpToOneAreThoseOfPixelsHoweverTheyAreRounded() {
    Normalisation ofOne =
        new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    Normalisation rounded =
        new Normalisation(List.of(123.68, 116.28, 103.53), List.of(58.4, 57.12, 57.38));

    assertThat(IMAGENET.without(ofOne))
        .contains(new Normalisation(List.of(), List.of(255.0, 255.0, 255.0)));
    assertThat(IMAGENET.without(rounded)).contains(Normalisation.NOTHING);
    assertThat(IMAGENET.without(new Normalisation(ofOne.mean(), List.of()))).isEmpty();
    assertThat(IMAGENET.without(rounded.reversed())).isEmpty();
    assertThat(IMAGENET.without(new Normalisation(List.of(), List.of(1.0, 2.0)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/255, 0.5/0.5, 127.5/127.5",
    "/127.5, 1/, 127.5/127.5",
    "/127.5, 127.5/, 16256.25/127.5",
    "/, 127.5/128, 127.5/128",
    "127.5/, /128, 127.5/128",
    "4/2, 3/5, 10/10",
    "/255, /, /255"
  })
  void oneAfterTheOtherIsOne(String first, String builtIn, String both) {
    Normalisation then = normalisation(first).then(normalisation(builtIn));

    assertThat(then).isEqualTo(normalisation(both));
    for (double value : new double[] {0, 7, 255}) {
      assertThat(applied(then, value))
          .isCloseTo(
              applied(normalisation(builtIn), applied(normalisation(first), value)), within(1e-9));
    }
  }

  @Test
  void whatIsLeftOutAndDoneAgainIsAllOfIt() {
    Normalisation scale = new Normalisation(List.of(), IMAGENET.scale());
    Normalisation left = IMAGENET.without(scale).orElseThrow();

    assertThat(left).isEqualTo(new Normalisation(IMAGENET.mean(), List.of()));
    assertThat(left.then(scale)).isEqualTo(IMAGENET);
  }

  private static double applied(Normalisation normalisation, double value) {
    double mean = normalisation.mean().isEmpty() ? 0 : normalisation.mean().getFirst();
    double scale = normalisation.scale().isEmpty() ? 1 : normalisation.scale().getFirst();
    return (value - mean) / scale;
  }

  private static Normalisation normalisation(String text) {
    List<List<Double>> lists =
        Stream.of(text.split("/", -1))
            .map(part -> part.isEmpty() ? List.<Double>of() : List.of(Double.valueOf(part)))
            .toList();
    return new Normalisation(lists.get(0), lists.get(1));
  }

  @ParameterizedTest
  @CsvSource({
    "127.5, 127.5, true",
    "127.5, 0.5, true",
    "255, 255, true",
    "256, 0.5, false",
    "2, 128, false",
    "1, 1, false",
    "255, 1, false"
  })
  void aScaleIsRepeatedWhereBothDivideByTheSame(double own, double builtIn, boolean repeated) {
    assertThat(
            new Normalisation(List.of(), List.of(own, own, own))
                .repeatsScaleOf(new Normalisation(List.of(), List.of(builtIn))))
        .isEqualTo(repeated);
  }
}
