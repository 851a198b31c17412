package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.Goldens;
import dev.inferlab.modelir.ReferencePython;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.tensor.PartialShape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole networks of the families that most classifiers are of, as MXNet's model zoo builds them,
 * with random weights. MXNet makes and runs them here: {@code INFERLAB_MXNET_PYTHON} names a Python
 * that has it (see mxnet_zoo.py).
 */
@Tag("long")
class MxnetZooTest {
  private static final String PYTHON = "INFERLAB_MXNET_PYTHON";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "alexnet, 64",
    "densenet121, 224",
    "inceptionv3, 299",
    "mobilenet1.0, 64",
    "mobilenetv2_0.5, 64",
    "resnet18_v1, 64",
    "resnet18_v2, 64",
    "resnet50_v1, 64",
    "squeezenet1.0, 224",
    "squeezenet1.1, 224",
    "vgg11_bn, 64"
  })
  void wholeNetworkAgrees(String name, int length) throws Exception {
    String python = System.getenv(PYTHON);
    Assumptions.assumeTrue(
        python != null, "SKIPPED: no Python with mxnet; set " + PYTHON + " as mxnet_zoo.py says");
    Map<String, Goldens.Values> reference =
        Goldens.parse(
            ReferencePython.run(
                Path.of(python),
                "mxnet_zoo.py",
                List.of(name, Integer.toString(length), folder.toString())));

    IrModel model =
        MxnetImporter.read(
            folder.resolve(name + "-symbol.json"),
            folder.resolve(name + "-0000.params"),
            Map.of("data", PartialShape.of(1, 3, length, length)));

    Goldens.assertAgree(Goldens.compute(model, folder, 127.5, 0.0078125), reference);
  }
}
