package dev.inferlab.gateway.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest figures of each project, as of one look into the event log; the latest first.
 *
 * @param readAt of that look; null before the first one
 * @param shownFor how long after its measurement a project is there
 */
record LatestFigures(List<Figures> figures, Instant readAt, Duration shownFor) {
  private static final int MOST_PROJECTS = 100;

  /** A transaction may end so much later than others that began after it. */
  private static final Duration LATE = Duration.ofMinutes(1);

  /**
   * @param event the data of its {@code experiment.partial}
   */
  record Figures(String projectId, String experimentId, String event, Instant measuredAt) {}

  static LatestFigures none(Duration shownFor) {
    return new LatestFigures(List.of(), null, shownFor);
  }

  /** How far back from now the log may hold what is not in here. */
  Duration unread(Instant now) {
    if (readAt == null) {
      return shownFor;
    }
    Duration since = Duration.between(readAt, now).plus(LATE);
    return since.compareTo(shownFor) < 0 ? since : shownFor;
  }

  /**
   * After another look.
   *
   * @param news at most one of each project, the latest of what was {@link #unread}
   */
  LatestFigures with(List<Figures> news, Instant now) {
    Map<String, Figures> latest = new HashMap<>();
    figures.forEach(it -> latest.put(it.projectId(), it));
    news.forEach(it -> latest.put(it.projectId(), it));
    Instant oldest = now.minus(shownFor);
    return new LatestFigures(
        latest.values().stream()
            .filter(it -> it.measuredAt().isAfter(oldest))
            .sorted(Comparator.comparing(Figures::measuredAt).reversed())
            .limit(MOST_PROJECTS)
            .toList(),
        now,
        shownFor);
  }
}
