package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.benchmarks.models.CatalogClient;
import dev.inferlab.benchmarks.models.Deviation;
import dev.inferlab.benchmarks.models.Golden;
import dev.inferlab.benchmarks.models.ReferenceRun;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.openvino.Core;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every model of our catalogue whose package is in the cache is imported over REST, downloaded as
 * IR, and computes what its own framework computes.
 */
@ExtendWith(SharedLab.class)
class CatalogueTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MOST_SKIPPED = 3;

  @Test
  void everyModelComputesWhatItsFrameworkComputes(Lab lab, @TempDir Path folder) throws Exception {
    CatalogClient catalog = new CatalogClient(lab.client());
    Map<String, Golden> goldens = Golden.all();
    Map<String, String> imports = new LinkedHashMap<>();
    List<String> skipped = new ArrayList<>();
    for (JsonNode entry : catalog.entries()) {
      String name = entry.path("name").asText();
      if (isInCache(entry) && goldens.containsKey(name)) {
        imports.put(name, catalog.begin(entry.path("id").asText(), name));
      } else {
        skipped.add(name);
      }
    }
    System.out.println("SKIPPED, not in the cache (tools/fetch models): " + skipped);
    assertThat(imports).isNotEmpty();
    List<String> wrong = new ArrayList<>();
    try (Core core = new Core()) {
      for (Map.Entry<String, String> each : imports.entrySet()) {
        JsonNode model = catalog.await(each.getValue(), PATIENCE);
        String outcome = model.path("state").asText();
        if (outcome.equals("READY")) {
          Path xml =
              catalog.archive(
                  each.getValue(), Files.createDirectory(folder.resolve(each.getKey())));
          Deviation deviation =
              new ReferenceRun(goldens.get(each.getKey()), Lab.cache()).of(core, xml);
          outcome = deviation.toString();
          if (deviation.agrees()) {
            System.out.printf("%-30s %s%n", each.getKey(), outcome);
            continue;
          }
        } else {
          outcome = outcome + " " + model.path("problem");
        }
        wrong.add(each.getKey() + ": " + outcome);
      }
    }
    assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
    assertThat(skipped.size() <= MOST_SKIPPED || !allPackagesAreThere()).isTrue();
  }

  /** By the wheel's SHA-256, which {@code tools/fetch} notes in each package's folder. */
  private static boolean isInCache(JsonNode entry) throws IOException {
    List<String> there = wheels();
    return entry
        .path("files")
        .valueStream()
        .allMatch(file -> there.contains(file.path("pypi").path("sha256").asText()));
  }

  private static boolean allPackagesAreThere() throws IOException {
    long listed;
    try (Stream<String> lines = Files.lines(Lab.root().resolve("tools/packages.lock"))) {
      listed = lines.filter(line -> line.matches("[a-z0-9-]+ .*")).count();
    }
    return wheels().size() >= listed;
  }

  private static List<String> wheels() throws IOException {
    Path packages = Lab.cache().resolve("packages");
    List<String> wheels = new ArrayList<>();
    if (!Files.isDirectory(packages)) {
      return wheels;
    }
    try (Stream<Path> folders = Files.list(packages)) {
      for (Path folder : folders.toList()) {
        Path mark = folder.resolve(".sha256");
        if (Files.exists(mark)) {
          wheels.add(Files.readString(mark).strip());
        }
      }
    }
    return wheels;
  }
}
