package dev.inferlab.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a whole lab that works and has its troubles; then every panel must show
 * something, and every metric that an alert watches must exist.
 */
class EveryQueryFindsDataTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:inferlab|http|kafka|sql|jvm|process|log)_[a-z_]+\\b(?!\\s*=)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PROFILE =
      """
      {"projectId": "%s", "kind": "profile", "options": {
        "grid": {"batches": [1], "streams": [1]}, "durationSeconds": %d, "warmupSeconds": 0.5}}
      """;

  @TempDir Path temp;

  @Test
  void duringARun() throws Exception {
    assumeTrue(RunningLab.isBuilt(), "the services are not built; 'mvn verify' builds them first");
    Optional<Path> program = Prometheus.program("prometheus");
    assumeTrue(
        program.isPresent(), "Prometheus is neither installed nor in Debian's packages here");
    try (RunningLab lab = RunningLab.start(Files.createDirectory(temp.resolve("home")));
        PrometheusServer prometheus =
            PrometheusServer.start(
                program.get(),
                temp,
                Map.of(
                    8080, lab.ports().gateway(),
                    8081, lab.ports().schedulerHttp(),
                    8083, lab.ports().agentHttp(1)))) {
      work(lab);
      assertThat(silent(prometheus, Query.ofDashboards())).as("panels without data").isEmpty();
      assertThat(unknownMetrics(prometheus, Query.ofDashboards())).as("in dashboards").isEmpty();
      assertThat(unknownMetrics(prometheus, Query.ofAlerts())).as("in alerts").isEmpty();
    }
  }

  /** Success, a failed point, a crash, a lost lease, a request that is refused. */
  private static void work(RunningLab lab) throws Exception {
    String project = lab.project(lab.importModel(model()));
    String crashed = lab.submit(PROFILE.formatted(project, 20));
    lab.awaitExperiment(crashed, state -> state.equals("RUNNING"));
    lab.killExecutors();
    String lost = lab.submit(PROFILE.formatted(project, 5));
    lab.pauseAgent(true);
    lab.awaitTarget("LOST");
    lab.pauseAgent(false);
    lab.awaitTarget("ONLINE");
    lab.awaitExperiment(crashed, state -> state.equals("SUCCEEDED"));
    lab.awaitExperiment(lost, state -> state.equals("SUCCEEDED"));
    lab.awaitExperiment(
        lab.submit(PROFILE.formatted(project, 2)), state -> state.equals("SUCCEEDED"));
  }

  /** A trained model of two small files: it needs a lab that converts nothing. */
  private static List<Path> model() throws Exception {
    Tool.Result fetched =
        Tool.run(Repository.root(), Map.of(), "tools/fetch", "models", "mediapipe-openvino");
    assertThat(fetched.status()).as(fetched.output()).isZero();
    String cache = System.getenv("INFERLAB_CACHE");
    Path packages =
        (cache == null
                ? Path.of(System.getProperty("user.home"), ".cache/inferlab")
                : Path.of(cache))
            .resolve("packages/mediapipe-openvino");
    try (Stream<Path> files = Files.walk(packages)) {
      return files
          .filter(file -> file.toString().matches(".*/face_detection/face_detection\\.(xml|bin)"))
          .sorted()
          .toList();
    }
  }

  private static List<Query> silent(PrometheusServer prometheus, List<Query> queries)
      throws InterruptedException {
    List<Query> left = new ArrayList<>(queries);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      for (Query query : List.copyOf(left)) {
        if (prometheus.series(query.filledIn("2m").expression()) > 0) {
          left.remove(query);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
    return left;
  }

  /** Also finds what {@code or vector(0)} hides. */
  private static Set<String> unknownMetrics(PrometheusServer prometheus, List<Query> queries)
      throws Exception {
    Set<String> unknown = new TreeSet<>();
    queries.forEach(
        query ->
            METRIC
                .matcher(query.expression())
                .results()
                .forEach(name -> unknown.add(name.group())));
    unknown.removeAll(prometheus.metricNames());
    // The counter appears with the first message that cannot be read, and a healthy run has none.
    unknown.remove("inferlab_dead_letters_total");
    return unknown;
  }
}
