package dev.inferlab.modelir.caffe;

import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.TextProto;
import dev.inferlab.modelir.wire.TextProto.Message;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a Caffe network into IR: {@code .prototxt} (layers of today's form and of the older V1
 * form) and {@code .caffemodel}. Tensors have the names of Caffe's blobs: that of a blob which
 * layers change in place is the last one's.
 */
public final class CaffeImporter {
  private static final long LARGEST_PROTOTXT = 16L << 20;
  private static final int MOST_TOPS = 1000;

  private CaffeImporter() {}

  /**
   * Imports a network for inference.
   *
   * @throws MalformedModelException when a file is broken
   * @throws LayerException for the first layer that has no counterpart
   */
  public static IrModel read(Path prototxt, Path caffemodel)
      throws IOException, MalformedModelException, LayerException {
    // The model's weights stay in the mapped file, for as long as the model is in use.
    Arena arena = Arena.ofAuto();
    try {
      FileBytes text = FileBytes.map(prototxt, arena);
      if (text.size() > LARGEST_PROTOTXT) {
        throw MalformedModelException.atOffset(Fault.TOO_COMPLEX, "the prototxt is too large", 0);
      }
      Budget budget = new Budget(50_000_000, 256L << 20);
      Message net = TextProto.parse(text.text(0, text.size(), budget), budget);
      return new Import(net, CaffeBlobs.read(FileBytes.map(caffemodel, arena))).run();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      // Numbers that contradict each other, as only a damaged or hostile network has them.
      throw MalformedModelException.atLine(
          Fault.MALFORMED, "the network's numbers contradict each other", 1);
    }
  }

  private static final class Import {
    private final Message net;
    private final CaffeBlobs blobs;
    private final NetBuilder builder;

    /** What each blob holds at the moment; layers in place replace it. */
    private final Map<String, Output> tensors = new LinkedHashMap<>();

    private final Set<String> consumed = new HashSet<>();

    Import(Message net, CaffeBlobs blobs) {
      this.net = net;
      this.blobs = blobs;
      this.builder = new NetBuilder(net.text("name").orElse("caffe"));
    }

    IrModel run() throws MalformedModelException, LayerException {
      declaredInputs();
      layers(net.messages("layer"), false);
      layers(net.messages("layers"), true);
      for (Map.Entry<String, Output> tensor : tensors.entrySet()) {
        if (!consumed.contains(tensor.getKey()) && !tensor.getValue().node().is("Parameter")) {
          builder.result(tensor.getKey(), tensor.getValue());
        }
      }
      return builder.model();
    }

    private void layers(List<Message> messages, boolean old)
        throws MalformedModelException, LayerException {
      for (Message message : messages) {
        CaffeLayer layer = new CaffeLayer(message, blobs, old);
        if (layer.runsInInference()) {
          layer(layer, message.line());
        }
      }
    }

    private void layer(CaffeLayer layer, int line) throws MalformedModelException, LayerException {
      List<String> names = layer.tops();
      if (names.size() > MOST_TOPS) {
        throw layer.unsupported("more than %d tops are not supported".formatted(MOST_TOPS));
      }
      if (layer.type().equals("Input")) {
        input(layer);
        return;
      }
      List<Output> bottoms = new ArrayList<>();
      for (String bottom : layer.bottoms()) {
        Output tensor = tensors.get(bottom);
        if (tensor == null) {
          throw MalformedModelException.atLine(
              Fault.MALFORMED,
              "layer '%s' uses '%s', which no layer makes".formatted(layer.name(), bottom),
              line);
        }
        bottoms.add(tensor);
        consumed.add(bottom);
      }
      List<Output> tops = new CaffeLayers(builder).apply(layer, bottoms);
      if (names.size() > tops.size() && !layer.type().equals("Split")) {
        throw layer.unsupported("%d tops are not supported".formatted(names.size()));
      }
      for (int i = 0; i < names.size(); i++) {
        Output tensor = tops.get(Math.min(i, tops.size() - 1));
        tensors.put(names.get(i), tensor);
        builder.name(names.get(i), tensor);
        consumed.remove(names.get(i));
      }
    }

    private void declaredInputs() throws MalformedModelException {
      List<String> names = net.texts("input");
      List<Message> shapes = net.messages("input_shape");
      List<String> dims = net.texts("input_dim");
      for (int i = 0; i < names.size(); i++) {
        List<String> shape = List.of("1", "-1", "-1", "-1");
        if (i < shapes.size()) {
          shape = shapes.get(i).texts("dim");
        } else if (dims.size() >= 4 * (i + 1)) {
          shape = dims.subList(4 * i, 4 * i + 4);
        }
        input(names.get(i), shape, net.line());
      }
    }

    private void input(CaffeLayer layer) throws MalformedModelException {
      List<Message> shapes = layer.options().messages("shape");
      List<String> names = layer.tops();
      for (int i = 0; i < names.size(); i++) {
        List<String> shape =
            shapes.isEmpty()
                ? List.of("1", "-1", "-1", "-1")
                : shapes.get(Math.min(i, shapes.size() - 1)).texts("dim");
        input(names.get(i), shape, layer.options().line());
      }
    }

    private void input(String name, List<String> dims, int line) throws MalformedModelException {
      try {
        PartialShape shape = PartialShape.parse(String.join(",", dims));
        tensors.put(name, builder.parameter(name, shape));
      } catch (IllegalArgumentException e) {
        throw MalformedModelException.atLine(
            Fault.MALFORMED, "the shape of input '%s' is impossible".formatted(name), line);
      }
    }
  }
}
