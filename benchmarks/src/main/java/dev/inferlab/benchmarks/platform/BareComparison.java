package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an agent costs a measurement: one profile job through the platform, and the same job in the
 * same executor program without an agent, in turns. While the bare one runs, the agent is stopped
 * by a signal, so that it does nothing at all.
 */
final class BareComparison {
  private static final int PAIRS_A_ROUND = 3;
  private static final String PROFILE =
      """
      {"grid": {"batches": [1], "streams": [1]}, "mode": "latency", "durationSeconds": 4, "warmupSeconds": 1}
      """;
  private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");

  private final Lab lab;
  private final LabClient client;
  private final String projectId;

  BareComparison(Lab lab, LabClient client, String modelId)
      throws IOException, InterruptedException {
    this.lab = lab;
    this.client = client;
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
      bare(executor, job, inputs);
      for (int i = 0; i < rounds * PAIRS_A_ROUND; i++) {
        // Whoever comes second finds the machine as the first left it: take turns at that too.
        boolean bareFirst = i % 2 == 0;
        double first = bareFirst ? bare(executor, job, inputs) : throughput(attached());
        double second = bareFirst ? throughput(attached()) : bare(executor, job, inputs);
        bare.add(bareFirst ? first : second);
        attached.add(bareFirst ? second : first);
        ratios.add(attached.getLast() / bare.getLast());
      }
    }
    figures.add(Figure.info("inference on an agent", "images/s", Median.of(attached)));
    figures.add(Figure.info("the same in the bare executor", "images/s", Median.of(bare)));
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

  private double bare(BareExecutor executor, JobSpec job, Path inputs)
      throws IOException, InterruptedException {
    lab.pauseAgent(true);
    try {
      return executor.profile(job, inputs);
    } finally {
      lab.pauseAgent(false);
      client.awaitTarget(Lab.AGENT);
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
