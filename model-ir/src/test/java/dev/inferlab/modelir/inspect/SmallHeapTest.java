package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.modelir.SmallJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inspection has a gateway of 256 MiB to fit in, whatever a file claims. */
class SmallHeapTest {
  @TempDir private Path folder;

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  /** The XML parser keeps each name as long as it reads. */
  private static byte[] manyNames() {
    StringBuilder xml = new StringBuilder("<net version=\"11\">");
    for (int i = 0; i < 4_000_000; i++) {
      xml.append("<a").append(i).append("/>");
    }
    return xml.append("</net>").toString().getBytes(UTF_8);
  }

  private static byte[] manyDimensions() {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (int i = 0; i < 786_000; i++) {
      shape.writeBytes(Fixtures.field(1, Fixtures.number(1, 1)));
    }
    byte[] type =
        Fixtures.field(
            2, Fixtures.field(1, Fixtures.number(1, 1), Fixtures.field(2, shape.toByteArray())));
    return Fixtures.onnxOfGraph(
        Fixtures.field(11, Fixtures.field(1, Fixtures.text("image")), type));
  }

  /** Shapes as constants: each takes far more on the heap than its name. */
  private static byte[] manyShapes() {
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (int i = 0; i < 500_000; i++) {
      graph.writeBytes(
          Fixtures.field(
              5,
              Fixtures.number(1, 64),
              Fixtures.number(2, 7),
              Fixtures.field(7, new byte[64]),
              Fixtures.field(8, Fixtures.text(Integer.toString(i)))));
    }
    return Fixtures.onnxOfGraph(graph.toByteArray());
  }

  /** Four bytes in the file each, all of them one table; the reader has a text for each. */
  private static byte[] manyOperators() {
    int count = 6_000_000;
    int vector = 28;
    int table = vector + 4 + 4 * count + 4;
    ByteBuffer model = ByteBuffer.allocate(table + 4).order(ByteOrder.LITTLE_ENDIAN);
    model.putInt(16).put("TFL3".getBytes(UTF_8));
    // The model's vtable and table: a version and the codes of its operators.
    model.putShort((short) 8).putShort((short) 12).putShort((short) 4).putShort((short) 8);
    model.putInt(8).putInt(3).putInt(vector - model.position());
    model.putInt(count);
    for (int i = 0; i < count; i++) {
      model.putInt(table - model.position());
    }
    model.putShort((short) 4).putShort((short) 4).putInt(4);
    return model.array();
  }

  /** Shapes that nodes make, not initializers. */
  private static byte[] manyConstants() {
    byte[] value =
        Fixtures.concat(
            Fixtures.number(1, 64), Fixtures.number(2, 7), Fixtures.field(9, new byte[512]));
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (int i = 0; i < 90_000; i++) {
      graph.writeBytes(
          Fixtures.field(
              1,
              Fixtures.field(2, Fixtures.text(Integer.toString(i))),
              Fixtures.field(4, Fixtures.text("Constant")),
              Fixtures.field(
                  5,
                  Fixtures.field(1, Fixtures.text("value")),
                  Fixtures.field(5, value),
                  Fixtures.number(20, 4))));
    }
    return Fixtures.onnxOfGraph(graph.toByteArray());
  }

  /** Bodies in bodies; what the innermost one takes comes from around all of them. */
  private static byte[] manyCaptured() {
    ByteArrayOutputStream inputs = new ByteArrayOutputStream();
    for (int i = 0; i < 400_000; i++) {
      inputs.writeBytes(Fixtures.field(1, Fixtures.text(Integer.toString(i))));
    }
    byte[] node = Fixtures.concat(inputs.toByteArray(), Fixtures.field(4, Fixtures.text("Concat")));
    for (int level = 0; level < 30; level++) {
      node =
          Fixtures.concat(
              Fixtures.field(4, Fixtures.text("If")),
              Fixtures.field(
                  5,
                  Fixtures.field(1, Fixtures.text("then_branch")),
                  Fixtures.field(6, Fixtures.field(1, node))));
    }
    return Fixtures.onnxOfGraph(Fixtures.field(1, node));
  }

  /** An open dimension takes two bytes in the file. */
  private static byte[] manyNodeShapes() {
    ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
    for (int i = 0; i < 64; i++) {
      dimensions.writeBytes(Fixtures.field(2));
    }
    byte[] node =
        Fixtures.field(
            1,
            Fixtures.field(1, Fixtures.text("n")),
            Fixtures.field(2, Fixtures.text("r")),
            Fixtures.field(
                5,
                Fixtures.field(1, Fixtures.text("shape")),
                Fixtures.field(2, Fixtures.field(7, dimensions.toByteArray()))));
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (int i = 0; i < 200_000; i++) {
      graph.writeBytes(node);
    }
    return graph.toByteArray();
  }

  /** Functions are kept until it is known which ones are called. */
  private static byte[] manyFunctions() {
    byte[] node =
        Fixtures.field(
            3,
            Fixtures.field(1, Fixtures.text("n")),
            Fixtures.field(2, Fixtures.text("r")),
            Fixtures.field(5, new byte[0]));
    byte[] name = Fixtures.field(1, Fixtures.field(1, Fixtures.text("f")));
    byte[] function = Fixtures.field(1, name, node);
    ByteArrayOutputStream library = new ByteArrayOutputStream();
    for (int i = 0; i < 800_000; i++) {
      library.writeBytes(function);
    }
    return Fixtures.concat(
        Fixtures.field(
            1, Fixtures.field(1, Fixtures.text("x")), Fixtures.field(2, Fixtures.text("f"))),
        Fixtures.field(2, library.toByteArray()));
  }

  @Test
  void noFileFillsIt() throws Exception {
    String shape = "1,".repeat(2_000_000) + "1";
    List<Path> files =
        List.of(
            file(
                "shape.xml",
                Fixtures.ir("f32", "2,3", 0, 24).replace("?,3", shape).getBytes(UTF_8)),
            file("names.xml", manyNames()),
            file("dimensions.onnx", manyDimensions()),
            file("shapes.onnx", manyShapes()),
            file("constants.onnx", manyConstants()),
            file("captured.onnx", manyCaptured()),
            file("nodes.pb", manyNodeShapes()),
            file("functions.pb", manyFunctions()),
            file("operators.tflite", manyOperators()),
            file("blanks.txt", " ".repeat(4096).getBytes(UTF_8)),
            file("layers.prototxt", ("name: 'x' " + "layer { } ".repeat(800_000)).getBytes(UTF_8)));

    assertThat(SmallJvm.run("256m", SmallHeap.class, files))
        .containsExactly(
            "shape.xml MODEL_SHAPE_INVALID",
            "names.xml MODEL_TOO_COMPLEX",
            "dimensions.onnx MODEL_TOO_COMPLEX",
            "shapes.onnx MODEL_TOO_COMPLEX",
            "constants.onnx MODEL_TOO_COMPLEX",
            "captured.onnx MODEL_TOO_COMPLEX",
            "nodes.pb MODEL_TOO_COMPLEX",
            "functions.pb MODEL_TOO_COMPLEX",
            "operators.tflite MODEL_TOO_COMPLEX",
            "blanks.txt MODEL_NOT_RECOGNISED",
            "layers.prototxt MODEL_TOO_COMPLEX");
  }
}
