package dev.inferlab.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole lab, scraped by a real Prometheus: the README's walk works as it is printed, and then,
 * after some trouble, every panel shows something and every alert watches something.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunningLabTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:inferlab|http|kafka|sql|jvm|process|log)_[a-z_]+\\b(?!\\s*=)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What they count appears with the first one, and a healthy lab has none. */
  private static final Set<String> COUNTS_WHAT_NEVER_HAPPENED =
      Set.of("alert InferlabApiErrors", "alert InferlabDeadLetters");

  @TempDir static Path temp;
  private static RunningLab lab;
  private static PrometheusServer prometheus;

  @BeforeAll
  static void start() throws Exception {
    lab = RunningLab.start(Files.createDirectory(temp.resolve("home")));
    Optional<Path> program = Prometheus.program("prometheus");
    if (program.isPresent()) {
      prometheus =
          PrometheusServer.start(
              program.get(),
              temp,
              Map.of(
                  8080, lab.ports().gateway(),
                  8081, lab.ports().schedulerHttp(),
                  8083, lab.ports().agentHttp(1)));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (prometheus != null) {
      prometheus.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void theReadmesWalkWorksAsPrinted() throws Exception {
    walk();
  }

  private static void walk() throws Exception {
    Tool.Result walk = ReadmeWalk.run(lab.ports().gateway());

    assertThat(walk.output())
        .contains(
            "event:experiment.state",
            "event:experiment.partial",
            "\"throughputFps\":",
            "\"timeUs\":");
    assertThat(walk.status()).as(walk.output()).isZero();
  }

  @Test
  @Order(2)
  void everyPanelAndEveryAlertFindsData() throws Exception {
    assumeTrue(prometheus != null, "Prometheus is neither installed nor in Debian's packages here");
    trouble();

    assertThat(silent(Query.ofDashboards())).as("panels without data").isEmpty();
    List<Query> alerts = Query.ofAlerts();
    assertThat(alerts)
        .as("conditions that Prometheus can evaluate")
        .allMatch(alert -> series(alert) >= 0);
    assertThat(
            silent(
                alerts.stream()
                    .filter(alert -> !COUNTS_WHAT_NEVER_HAPPENED.contains(alert.where()))
                    .map(Query::watched)
                    .toList()))
        .as("alerts that watch nothing")
        .isEmpty();
    assertThat(unknownMetrics(Query.ofDashboards())).as("in dashboards").isEmpty();
    assertThat(unknownMetrics(Query.ofAlerts())).as("in alerts").isEmpty();
  }

  /** An executor that dies, and an agent that falls silent for longer than its leases last. */
  private static void trouble() throws Exception {
    if (lab.anyProject().isEmpty()) {
      walk(); // when this test is tried again alone
    }
    String project = lab.anyProject();
    String crashed = lab.profile(project, 20);
    lab.awaitExperiment(crashed, "RUNNING");
    lab.killExecutors();
    String lost = lab.profile(project, 3);
    lab.pauseAgent(true);
    lab.awaitTarget("LOST");
    lab.pauseAgent(false);
    lab.awaitTarget("ONLINE");
    lab.awaitExperiment(crashed, "SUCCEEDED");
    lab.awaitExperiment(lost, "SUCCEEDED");
  }

  private static List<Query> silent(List<Query> queries) throws InterruptedException {
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

  private static int series(Query query) {
    try {
      return prometheus.series(query.expression());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /** Also finds what {@code or vector(0)} hides. */
  private static Set<String> unknownMetrics(List<Query> queries) throws Exception {
    Set<String> unknown = new TreeSet<>();
    for (Query query : queries) {
      METRIC.matcher(query.expression()).results().forEach(name -> unknown.add(name.group()));
    }
    unknown.removeAll(prometheus.metricNames());
    // The counter appears with the first message that cannot be read, and a healthy run has none.
    unknown.remove("inferlab_dead_letters_total");
    return unknown;
  }
}
