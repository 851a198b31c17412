package dev.inferlab.benchmarks.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.demo.RestClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
    HttpResponse<byte[]> answer =
        rest.send(
            rest.request("/models/" + model + "/archive")
                .timeout(Duration.ofMinutes(5))
                .GET()
                .build());
    if (answer.statusCode() != 200) {
      throw new IOException("the archive was answered with " + answer.statusCode());
    }
    Map<String, Path> files = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.equals("model.xml") || name.equals("model.bin")) {
          files.put(name, Files.write(folder.resolve(name), zip.readAllBytes()));
        }
      }
    }
    return files.get("model.xml");
  }
}
