package dev.inferlab.benchmarks.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.demo.RestClient;
import dev.inferlab.openvino.Core;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Imports models of our catalogue over REST, as any client would. */
public record CatalogClient(RestClient rest) {
  private static final long LOOK_MILLIS = 100;

  /** Our own entries, by name. */
  public List<JsonNode> entries() throws IOException, InterruptedException {
    String source =
        rest.get("/catalog/sources?name=inferlab").path("items").path(0).path("id").asText();
    List<JsonNode> entries = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = rest.get("/catalog/entries?limit=200&sourceId=" + source + cursor);
      page.path("items").forEach(entries::add);
      cursor = page.has("nextCursor") ? "&cursor=" + page.path("nextCursor").asText() : null;
    } while (cursor != null);
    return entries;
  }

  /** The new model's id; it is DOWNLOADING. */
  public String begin(String entryId, String name) throws IOException, InterruptedException {
    return rest.post("/models", Map.of("catalogEntry", entryId, "options", Map.of("name", name)))
        .path("id")
        .asText();
  }

  /** The model when it is READY or FAILED. */
  public JsonNode await(String model, Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      JsonNode view = rest.get("/models/" + model);
      String state = view.path("state").asText();
      if (state.equals("READY") || state.equals("FAILED") || System.nanoTime() > deadline) {
        return view;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** Unpacks the model's archive; returns the XML. */
  public Path archive(String model, Path folder) throws IOException, InterruptedException {
    unpack("/models/" + model + "/archive", folder);
    return folder.resolve("model.xml");
  }

  /**
   * What a model has to be held against: the reference, computed again from the original file where
   * the processor decides what comes out.
   */
  public Golden reference(Core core, Golden golden, JsonNode model, Path cache, Path folder)
      throws IOException, InterruptedException {
    if (!model.path("precision").asText().equals("INT8")) {
      return golden;
    }
    unpack("/models/" + model.path("id").asText() + "/archive?include=originals", folder);
    for (JsonNode file : model.path("files")) {
      if (file.path("role").asText().equals("TOPOLOGY")) {
        Path original = folder.resolve("originals").resolve(file.path("name").asText());
        return ReferenceRun.here(core, golden, cache, original);
      }
    }
    throw new IOException("no file of the model holds its topology");
  }

  private void unpack(String path, Path folder) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        rest.send(rest.request(path).timeout(Duration.ofMinutes(5)).GET().build());
    if (answer.statusCode() != 200) {
      throw new IOException("the archive was answered with " + answer.statusCode());
    }
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("the archive climbs out: " + entry.getName());
        }
        Files.createDirectories(file.getParent());
        Files.write(file, zip.readAllBytes());
      }
    }
  }
}
