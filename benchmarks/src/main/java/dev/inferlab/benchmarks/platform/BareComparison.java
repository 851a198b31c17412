package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.benchmarks.process.Signal;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * What an agent costs a measurement: one profile job through the platform, and the same job in the
 * same executor program without an agent, both at once and in turns of a fraction of a second. The
 * agent with its executor is stopped by a signal while the bare executor has the machine, and the
 * other way round: what else happens on the machine, which from one second to the next can be as
 * much as a third of its speed, hits both alike.
 *
 * <p>The agent's clock goes on while it is stopped. So it does the heartbeats and looks of all the
 * time in half of it, and so does the scheduler what follows from them: what is missing there is
 * twice of what it costs, and a pair's ratio counts half of it. The turns are equally long, so that
 * what a turn costs at its beginning hits both alike.
 *
 * <p>All pairs of a run compare the same two processes. The same program can be some percent faster
 * or slower for all of its life, probably by where its memory lies: so much may runs differ.
 *
 * <p>Each throughput is of the time that its side was given, as it was measured. A window does not
 * begin and end with a turn, which makes its own time wrong by up to 50 ms, 0.3 % of half a window;
 * that and the machine's moods are why the median of several counts. Latencies of a stopped program
 * mean nothing.
 */
final class BareComparison {
  private static final int PAIRS_A_ROUND = 3;
  private static final Duration TURN = Duration.ofMillis(100);
  private static final int WARM_UP_SECONDS = 2;
  private static final int SECONDS = 30;

  /**
   * Until the window opens: the way to the agent, and the model's compilation in half of the time.
   */
  private static final int START_SECONDS = 4;

  private static final String PROFILE =
      """
      {"grid": {"batches": [1], "streams": [1]}, "mode": "latency", "durationSeconds": %d, "warmupSeconds": %d}
      """
          .formatted(SECONDS, WARM_UP_SECONDS);
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

  private final Lab lab;
  private final LabClient client;
  private final String projectId;
  private final Progress progress;

  BareComparison(Lab lab, LabClient client, String modelId, Progress progress)
      throws IOException, InterruptedException {
    this.lab = lab;
    this.client = client;
    this.progress = progress;
    this.projectId = client.project(modelId, client.awaitTarget(Lab.AGENT));
  }

  void measure(int rounds, List<Figure> figures) throws Exception {
    String warmUp = attached();
    JobSpec job = spec(warmUp);
    Path inputs = inputs(job);
    List<Double> ratios = new ArrayList<>();
    List<Double> attached = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    Path folder = Files.createDirectories(lab.home().resolve("bare"));
    try (BareExecutor executor = BareExecutor.start(lab.agentLibraries(), folder)) {
      executor.profile(job, inputs);
      for (int i = 0; i < rounds * PAIRS_A_ROUND; i++) {
        Pair pair = pair(executor, job, inputs);
        attached.add(pair.attached());
        bare.add(pair.bare());
        ratios.add(pair.ratio());
        progress.say(
            "pair %d of %d: on an agent / bare %.3f"
                .formatted(ratios.size(), rounds * PAIRS_A_ROUND, ratios.getLast()));
      }
    }
    figures.add(Figure.info("inference on an agent, in turns", "images/s", Median.of(attached)));
    figures.add(
        Figure.info("the same in the bare executor, in turns", "images/s", Median.of(bare)));
    figures.add(Figure.info("on an agent / bare, lowest pair", "ratio", Collections.min(ratios)));
    figures.add(Figure.info("on an agent / bare, highest pair", "ratio", Collections.max(ratios)));
    figures.add(
        Figure.goal(
            "on an agent / bare, median of pairs", "ratio", Median.of(ratios), Goal.atLeast(0.99)));
  }

  /** Runs the profile through the platform; gives the experiment's id. */
  private String attached() throws IOException, InterruptedException {
    ObjectNode experiment = LabClient.JSON.createObjectNode();
    experiment.put("projectId", projectId);
    experiment.put("kind", "profile");
    experiment.set("options", LabClient.JSON.readTree(PROFILE));
    String id = client.submit(experiment);
    // Nobody asks while it is measured: on one machine the answers would cost more than the agent.
    Thread.sleep(Duration.ofSeconds(START_SECONDS + WARM_UP_SECONDS + SECONDS));
    JsonNode end =
        client.await("experiments/" + id, now -> ENDED.contains(now.path("state").asText()));
    if (!end.path("state").asText().equals("SUCCEEDED")) {
      throw new IllegalStateException("The profile did not succeed: " + end);
    }
    return id;
  }

  private double throughput(String experimentId) throws IOException, InterruptedException {
    return client
        .get("experiments/" + experimentId + "/results")
        .path("points")
        .path(0)
        .path("throughputFps")
        .asDouble(Double.NaN);
  }

  /** What both gave in images a second of their own time. */
  private record Pair(double attached, double bare) {
    /** Of what they would give if the agent had all of the time for what it does. */
    double ratio() {
      return (1 + attached / bare) / 2;
    }
  }

  private Pair pair(BareExecutor executor, JobSpec job, Path inputs) throws Exception {
    List<Long> agents = lab.meter("agent").pids();
    List<Long> bares = List.of(executor.pid());
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Double> attached = both.submit(() -> throughput(attached()));
      Future<Double> bare = both.submit(() -> executor.profile(job, inputs));
      long ofAgents = 0;
      long ofBares = 0;
      try {
        while (!attached.isDone() || !bare.isDone()) {
          ofBares += give(bares, agents);
          ofAgents += give(agents, bares);
        }
      } catch (Exception e) {
        both.shutdownNow();
        throw e;
      } finally {
        goOn(bares);
        goOn(agents);
      }
      if (!lab.meter("agent").pids().equals(agents)) {
        throw new IllegalStateException(
            "The agent replaced its executor while it was measured: run this again.");
      }
      double share = (double) ofAgents / (ofAgents + ofBares);
      return new Pair(attached.get() / share, bare.get() / (1 - share));
    }
  }

  /** Gives for how long, in nanoseconds. */
  private static long give(List<Long> to, List<Long> from)
      throws IOException, InterruptedException {
    for (long pid : from) {
      Signal.STOP.send(pid);
    }
    long start = System.nanoTime();
    for (long pid : to) {
      Signal.CONTINUE.send(pid);
    }
    Thread.sleep(TURN);
    return System.nanoTime() - start;
  }

  /** Also if one of them has ended. */
  private static void goOn(List<Long> pids) {
    for (long pid : pids) {
      try {
        Signal.CONTINUE.send(pid);
      } catch (IOException e) {
        System.err.println(e.getMessage());
      }
    }
  }

  /** The very job that the platform made of the experiment. */
  private JobSpec spec(String experimentId) throws SQLException, IOException {
    try (Connection connection = lab.connect();
        PreparedStatement query =
            connection.prepareStatement("select spec from scheduler.job where experiment_id = ?")) {
      query.setString(1, experimentId);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return JobSpec.parseFrom(row.getBytes(1));
      }
    }
  }

  /** Its files under the paths that its kind expects, taken from the lab's own artifact store. */
  private Path inputs(JobSpec job) throws IOException {
    Path folder = Files.createDirectories(lab.home().resolve("bare/inputs"));
    for (FileRef file : job.getInputsList()) {
      Path path = folder.resolve(file.getPath());
      Files.createDirectories(path.getParent());
      try (Stream<Path> stored = Files.walk(lab.artifacts())) {
        String name = file.getDigest().getSha256();
        Files.copy(
            stored.filter(p -> p.getFileName().toString().equals(name)).findFirst().orElseThrow(),
            path);
      }
    }
    return folder;
  }
}
