package dev.inferlab.benchmarks.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How large the run is. */
record Options(Optional<Path> json, int jobs, int rounds, Duration steady, Duration idle) {
  static final String HELP =
      """
      Usage: ./inferlab bench platform [--json FILE] [--jobs N] [--rounds N] [--seconds N]

        --json FILE   write the result as JSON as well
        --jobs N      size of a backlog that is worked off; default 10000
        --rounds N    how often each measurement is taken; the median counts; default 3
        --seconds N   length of one run at 100 submits a second, and of the idle time; default 20

      Starts a whole Inferlab of its own in a temporary folder on free ports, and stops it again.
      Exit codes: 0 every goal met, 1 a goal missed or the run failed, 2 wrong usage.
      """;

  static Options parse(List<String> arguments) {
    Optional<Path> json = Optional.empty();
    int jobs = 10_000;
    int rounds = 3;
    int seconds = 20;
    for (int i = 0; i < arguments.size(); i += 2) {
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(arguments.get(i) + " needs a value");
      }
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "--json" -> json = Optional.of(Path.of(value).toAbsolutePath());
        case "--jobs" -> jobs = number(value, 100, 1_000_000);
        case "--rounds" -> rounds = number(value, 1, 100);
        case "--seconds" -> seconds = number(value, 2, 3_600);
        default -> throw new IllegalArgumentException("There is no option " + arguments.get(i));
      }
    }
    return new Options(
        json, jobs, rounds, Duration.ofSeconds(seconds), Duration.ofSeconds(seconds));
  }

  private static int number(String text, int min, int max) {
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, together with the range
    }
    throw new IllegalArgumentException(
        "'%s' is not a number from %d to %d".formatted(text, min, max));
  }
}
