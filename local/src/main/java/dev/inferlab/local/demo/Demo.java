package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.local.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The way of a newcomer, over REST only: a model, images, a project, a profile, figures. */
public final class Demo {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration IMPORT_PATIENCE = Duration.ofSeconds(120);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int SLOWEST = 10;
  private static final String MODEL_NAME = "DeepLabV3 MobileNetV2";
  private static final String DATASET_NAME = "ImageNet samples";

  private final RestClient client;
  private final Terminal terminal;

  public Demo(RestClient client, Terminal terminal) {
    this.client = client;
    this.terminal = terminal;
  }

  public DemoRun run(DemoAssets assets) throws IOException, InterruptedException {
    String modelId = model(assets.model());
    String datasetId = dataset(assets.images());
    JsonNode target = thisMachine();
    JsonNode project =
        client.post(
            "/projects",
            Map.of(
                "modelId",
                modelId,
                "datasetId",
                datasetId,
                "targetId",
                target.path("id").asText(),
                "device",
                "CPU"));
    step("Project", "%s x %s on %s", MODEL_NAME, DATASET_NAME, cpuOf(target));
    String projectId = project.path("id").asText();
    String experimentId = client.post("/experiments", experiment(projectId)).path("id").asText();
    step("Profile", "batches 1 and 4, each with 1 and 2 streams, 1.5 s a point");
    new ProfileProgress(client, terminal).watch(experimentId);
    JsonNode results = client.get("/experiments/" + experimentId + "/results");
    int fastest = fastest(results);
    show(results, fastest, slowest(experimentId, fastest));
    return new DemoRun(projectId, experimentId, fastest);
  }

  /** What the demo measures, as the JSON of a request. */
  public static Map<String, Object> experiment(String projectId) {
    return Map.of(
        "projectId",
        projectId,
        "kind",
        "profile",
        "options",
        Map.of(
            "grid",
            Map.of("batches", List.of(1, 4), "streams", List.of(1, 2)),
            "durationSeconds",
            1.5,
            "warmupSeconds",
            0.5));
  }

  private List<JsonNode> slowest(String experimentId, int point)
      throws IOException, InterruptedException {
    JsonNode layers =
        client.get("/experiments/%s/points/%d/layers?sort=-timeUs".formatted(experimentId, point));
    return layers.path("items").valueStream().limit(SLOWEST).toList();
  }

  private String model(Path file) throws IOException, InterruptedException {
    for (JsonNode model : client.get("/models?limit=100").path("items")) {
      if (model.path("name").asText().equals(MODEL_NAME) && isReady(model)) {
        step("Model", "%s is there from before", MODEL_NAME);
        return model.path("id").asText();
      }
    }
    String options =
        JSON.writeValueAsString(
            Map.of(
                "name",
                MODEL_NAME,
                "task",
                "semantic-segmentation",
                "inputSpec",
                Map.of(
                    "colour", "RGB",
                    "mean", List.of(127.5, 127.5, 127.5),
                    "scale", List.of(127.5, 127.5, 127.5))));
    JsonNode accepted =
        client.post("/models", new MultipartBody().file("file", file).json("options", options));
    JsonNode model = awaitReady("/models/", accepted.path("id").asText());
    step(
        "Model",
        "%s (%s, %.1f MB) is imported as OpenVINO IR",
        MODEL_NAME,
        file.getFileName(),
        Files.size(file) / 1e6);
    return model.path("id").asText();
  }

  private String dataset(List<Path> images) throws IOException, InterruptedException {
    for (JsonNode dataset : client.get("/datasets?limit=100").path("items")) {
      if (dataset.path("name").asText().equals(DATASET_NAME) && isReady(dataset)) {
        step("Dataset", "%s is there from before", DATASET_NAME);
        return dataset.path("id").asText();
      }
    }
    MultipartBody body = new MultipartBody();
    for (Path image : images) {
      body.file("file", image);
    }
    body.json("options", JSON.writeValueAsString(Map.of("name", DATASET_NAME)));
    JsonNode accepted = client.post("/datasets", body);
    JsonNode dataset = awaitReady("/datasets/", accepted.path("id").asText());
    step("Dataset", "%d photographs are uploaded", images.size());
    return dataset.path("id").asText();
  }

  private JsonNode awaitReady(String resource, String id) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + IMPORT_PATIENCE.toNanos();
    while (true) {
      JsonNode found = client.get(resource + id);
      if (isReady(found)) {
        return found;
      }
      if (found.path("state").asText().equals("FAILED")) {
        throw new IOException(
            "The import failed: " + found.path("problem").path("detail").asText());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s%s was not ready after %d s; its state is %s."
                .formatted(
                    resource, id, IMPORT_PATIENCE.toSeconds(), found.path("state").asText()));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static boolean isReady(JsonNode found) {
    return found.path("state").asText().equals("READY");
  }

  private JsonNode thisMachine() throws IOException, InterruptedException {
    for (JsonNode target : client.get("/targets?limit=100").path("items")) {
      if (target.path("state").asText().equals("ONLINE")) {
        return target;
      }
    }
    throw new IOException("No target is online; see './inferlab logs agent'.");
  }

  private static String cpuOf(JsonNode target) {
    for (JsonNode device : target.path("devices")) {
      if (device.path("id").asText().equals("CPU")) {
        return device.path("fullName").asText("CPU");
      }
    }
    return "CPU";
  }

  private static int fastest(JsonNode results) throws IOException {
    int index = -1;
    double most = 0;
    for (JsonNode point : results.path("points")) {
      if (point.path("throughputFps").asDouble() > most) {
        most = point.path("throughputFps").asDouble();
        index = point.path("index").asInt();
      }
    }
    if (index < 0) {
      throw new IOException("No point could be measured: " + results);
    }
    return index;
  }

  private void show(JsonNode results, int fastest, List<JsonNode> layers) {
    Figures figures = new Figures(terminal);
    terminal.line("");
    figures.points(results, fastest);
    terminal.line("");
    terminal.line("%s", "  The ten slowest layers of the fastest point:");
    terminal.line("");
    figures.layers(layers);
  }

  private void step(String what, String format, Object... arguments) {
    terminal.clear();
    terminal.line("  %s %-8s %s", terminal.good("✓"), what, String.format(format, arguments));
  }
}
