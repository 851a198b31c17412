package dev.inferlab.endtoend.lab;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.demo.MultipartBody;
import dev.inferlab.local.demo.RestClient;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;

/** What tests do with the API over and over. */
public record Workbench(RestClient client) {
  private static final Set<String> FINAL = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The id of a new model, imported and ready. */
  public String importModel(TinyModel model, String name) throws Exception {
    return importModel(
        new MultipartBody()
            .file("file", "tiny.xml", model.xml())
            .file("file", "tiny.bin", model.bin()),
        name);
  }

  /**
   * The id of a new model, imported and ready.
   *
   * @param body with its files
   */
  public String importModel(MultipartBody body, String name) throws Exception {
    body.json("options", "{\"name\":\"" + name + "\"}");
    String id = client.post("/models", body).path("id").asText();
    Await.until(PATIENCE, "the model is ready", () -> isReady("/models/" + id));
    return id;
  }

  /** The id of a new dataset of two images. */
  public String uploadImages(String name) throws Exception {
    MultipartBody body =
        new MultipartBody()
            .file("file", "one.png", png(8, 8))
            .file("file", "two.png", png(9, 7))
            .json("options", "{\"name\":\"" + name + "\"}");
    String id = client.post("/datasets", body).path("id").asText();
    Await.until(PATIENCE, "the dataset is ready", () -> isReady("/datasets/" + id));
    return id;
  }

  private boolean isReady(String path) throws IOException, InterruptedException {
    JsonNode found = client.get(path);
    if (found.path("state").asText().equals("FAILED")) {
      throw new AssertionError("import failed: " + found);
    }
    return found.path("state").asText().equals("READY");
  }

  public String openProject(String model, String dataset, String target, String device)
      throws IOException, InterruptedException {
    return client
        .post(
            "/projects",
            Map.of("modelId", model, "datasetId", dataset, "targetId", target, "device", device))
        .path("id")
        .asText();
  }

  public String submit(String project, String kind, Map<String, ?> options)
      throws IOException, InterruptedException {
    return client
        .post("/experiments", Map.of("projectId", project, "kind", kind, "options", options))
        .path("id")
        .asText();
  }

  public JsonNode experiment(String id) throws IOException, InterruptedException {
    return client.get("/experiments/" + id);
  }

  public JsonNode awaitEnd(String experiment) throws Exception {
    Await.until(
        PATIENCE,
        "experiment " + experiment + " ends",
        () -> FINAL.contains(experiment(experiment).path("state").asText()));
    return experiment(experiment);
  }

  public void awaitState(String experiment, String state) throws Exception {
    Await.until(
        PATIENCE,
        "experiment " + experiment + " is " + state,
        () -> experiment(experiment).path("state").asText().equals(state));
  }

  public static byte[] png(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      image.setRGB(x, x % height, 0xff8040);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
