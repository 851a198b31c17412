package dev.inferlab.gateway.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.gateway.experiment.LatestFigures.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatestFiguresTest {
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void theFirstLookReadsEverythingAndLaterOnesWhatMayBeNew() {
    LatestFigures none = LatestFigures.none(HOUR);
    assertThat(none.unread(NOON)).isEqualTo(HOUR);
    LatestFigures first = none.with(List.of(), NOON);
    assertThat(first.unread(NOON.plusSeconds(5)))
        .as("a transaction may have ended late")
        .isEqualTo(Duration.ofSeconds(65));
    assertThat(first.unread(NOON.plus(Duration.ofHours(3))))
        .as("the database was away")
        .isEqualTo(HOUR);
  }

  @Test
  void ofAProjectTheLatestStaysUntilItIsOld() {
    LatestFigures first =
        LatestFigures.none(HOUR)
            .with(List.of(measured("a", 1, NOON), measured("b", 2, NOON)), NOON);
    Instant later = NOON.plusSeconds(5);
    LatestFigures second = first.with(List.of(measured("a", 3, later)), later);
    assertThat(second.figures()).containsExactly(measured("a", 3, later), measured("b", 2, NOON));
    assertThat(second.with(List.of(), NOON.plus(HOUR)).figures())
        .containsExactly(measured("a", 3, later));
    assertThat(second.with(List.of(), later.plus(HOUR)).figures()).isEmpty();
  }

  @Test
  void ofTooManyProjectsThoseMeasuredLastStay() {
    List<Figures> many =
        IntStream.range(0, 150).mapToObj(i -> measured("p" + i, i, NOON.plusMillis(i))).toList();
    LatestFigures shown = LatestFigures.none(HOUR).with(many, NOON.plusSeconds(1));
    assertThat(shown.figures()).hasSize(100).contains(many.get(149)).doesNotContain(many.get(49));
  }

  private static Figures measured(String project, int fps, Instant at) {
    return new Figures(project, "experiment-of-" + project, "{\"fps\": %d}".formatted(fps), at);
  }
}
