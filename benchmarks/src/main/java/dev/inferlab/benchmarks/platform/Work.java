package dev.inferlab.benchmarks.platform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Processor time that each process spends on some jobs: where the time goes. */
record Work(Lab lab, Map<String, Double> before) {
  private static final List<String> PROCESSES =
      List.of("gateway", "scheduler", "postgres", "kafka");

  static Work begin(Lab lab) {
    return new Work(lab, now(lab));
  }

  String perJob(int jobs) {
    Map<String, Double> after = now(lab);
    return "processor time a job: "
        + PROCESSES.stream()
            .map(
                name ->
                    String.format(
                        Locale.ROOT,
                        "%s %.2f ms",
                        name,
                        (after.get(name) - before.get(name)) * 1_000 / jobs))
            .collect(Collectors.joining(", "));
  }

  private static Map<String, Double> now(Lab lab) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    PROCESSES.forEach(name -> seconds.put(name, lab.meter(name).cpuSeconds()));
    return seconds;
  }
}
