package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.TextProto;
import dev.inferlab.modelir.wire.TextProto.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Caffe: a network in protobuf's text format and its weights as a binary NetParameter (caffe.proto,
 * github.com/BVLC/caffe).
 */
final class CaffeInspection implements FormatInspection {
  /** Of the types that are read; another one is refused by its name when it is converted. */
  private static final Set<String> WITH_WEIGHTS =
      Set.of(
          "convolution",
          "deconvolution",
          "innerproduct",
          "inner_product",
          "batchnorm",
          "scale",
          "prelu",
          "normalize",
          "bias");

  private final List<String> weightFiles;

  /** {@code weightFiles}: the upload's files that hold Caffe's weights, whatever their names. */
  CaffeInspection(List<String> weightFiles) {
    this.weightFiles = weightFiles;
  }

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    FileBytes file = upload.get(topology);
    if (file.size() > upload.limits().topologyBytes() / 8) {
      throw new RefusedException(
          ProblemCode.MODEL_TOO_COMPLEX,
          "The prototxt is larger than %,d MiB."
              .formatted(upload.limits().topologyBytes() / 8 >> 20),
          Place.inFile(topology));
    }
    Message net = TextProto.parse(file.text(0, file.size(), upload.budget()), upload.budget());
    List<Message> layers = new ArrayList<>(net.messages("layer"));
    layers.addAll(net.messages("layers"));
    if (layers.isEmpty()) {
      throw new RefusedException(
          ProblemCode.MODEL_TRUNCATED,
          "The prototxt has no layers. Upload the file that describes the network.",
          Place.inFile(topology));
    }
    declaredInputs(net, topology, findings);
    Set<String> weighted = layers(layers, topology, findings);
    weights(upload, topology, weighted, names(layers), findings);
  }

  /** The old way to declare inputs: input with four input_dim, or with input_shape. */
  private static void declaredInputs(Message net, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    List<String> names = net.texts("input");
    List<String> dims = net.texts("input_dim");
    List<Message> shapes = net.messages("input_shape");
    for (int i = 0; i < names.size(); i++) {
      PartialShape shape = PartialShape.unknownRank();
      if (i < shapes.size()) {
        shape = shape(shapes.get(i).texts("dim"), file, shapes.get(i).line(), findings);
      } else if (dims.size() >= 4 * (i + 1)) {
        shape = shape(dims.subList(4 * i, 4 * i + 4), file, net.line(), findings);
      }
      findings.input(names.get(i), ElementType.F32, shape);
    }
  }

  /**
   * Reports inputs and outputs; returns the layers that need weights, which one with a second
   * bottom may take from there.
   */
  private static Set<String> layers(List<Message> layers, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    Set<String> all = new HashSet<>();
    layers.forEach(layer -> all.addAll(layer.texts("top")));
    Set<String> made = new HashSet<>();
    Set<String> produced = new LinkedHashSet<>();
    Set<String> weighted = new LinkedHashSet<>();
    CaffeBlobShapes shapes = new CaffeBlobShapes(findings);
    for (Message layer : layers) {
      String type = layer.text("type").orElse("");
      String name = layer.text("name").orElse("");
      if (type.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_MALFORMED,
            "A layer has no type. Correct the prototxt.",
            Place.atLine(file, layer.line()).inLayer(name));
      }
      if (type.equals("Python")) {
        findings.problem(
            ProblemCode.MODEL_CODE_FORBIDDEN,
            "A layer runs Python code. Use a network of standard layers.",
            Place.atLine(file, layer.line()).inLayer(name));
      }
      List<String> tops = layer.texts("top");
      if (type.equals("Input")) {
        input(layer, tops, file, findings);
      } else {
        for (String bottom : layer.texts("bottom")) {
          if (!made.contains(bottom) && !findings.hasInput(bottom)) {
            findings.problem(
                ProblemCode.MODEL_GRAPH_INVALID,
                notThere(name, bottom, tops, all),
                Place.atLine(file, layer.line()).inLayer(name));
          }
          produced.remove(bottom);
        }
        made.addAll(tops);
        produced.addAll(tops);
        shapes.follow(layer, type);
      }
      if (WITH_WEIGHTS.contains(type.toLowerCase(Locale.ROOT))
          && !sharesWeights(layer)
          && layer.texts("bottom").size() < 2) {
        weighted.add(name);
      }
    }
    produced.forEach(shapes::output);
    return weighted;
  }

  /** Caffe runs the layers in the order of the file, so a cycle is a blob that comes later. */
  private static String notThere(String layer, String blob, List<String> tops, Set<String> all) {
    String reason;
    if (tops.contains(blob)) {
      reason =
          "The layer '%s' takes the blob '%s', which the layer itself is the first to make. Use the network's deploy prototxt.";
    } else if (all.contains(blob)) {
      reason =
          "The layer '%s' takes the blob '%s', which is made only by a later layer. Put the layers in order.";
    } else {
      reason =
          "The layer '%s' takes the blob '%s', which no layer makes. Use the network's deploy prototxt.";
    }
    return reason.formatted(Place.shorten(layer), Place.shorten(blob));
  }

  private static Set<String> names(List<Message> layers) {
    Set<String> names = new LinkedHashSet<>();
    layers.forEach(layer -> names.add(layer.text("name").orElse("")));
    return names;
  }

  /** Layers that name their parameters may take them from another layer of the same names. */
  private static boolean sharesWeights(Message layer) {
    return layer.messages("param").stream().anyMatch(param -> param.text("name").isPresent());
  }

  private static void input(Message layer, List<String> tops, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    List<Message> shapes =
        layer.message("input_param").map(param -> param.messages("shape")).orElse(List.of());
    for (int i = 0; i < tops.size(); i++) {
      PartialShape shape = PartialShape.unknownRank();
      if (!shapes.isEmpty()) {
        Message declared = shapes.get(Math.min(i, shapes.size() - 1));
        shape = shape(declared.texts("dim"), file, declared.line(), findings);
      }
      findings.input(tops.get(i), ElementType.F32, shape);
    }
  }

  private static PartialShape shape(List<String> dims, String file, int line, Findings findings)
      throws RefusedException, MalformedModelException {
    if (dims.size() > 64) {
      throw MalformedModelException.atLine(
          MalformedModelException.Fault.TOO_COMPLEX, "a shape has more than 64 dimensions", line);
    }
    long[] lengths = new long[dims.size()];
    for (int i = 0; i < lengths.length; i++) {
      try {
        lengths[i] = Long.parseLong(dims.get(i));
      } catch (NumberFormatException e) {
        throw MalformedModelException.atLine(
            MalformedModelException.Fault.MALFORMED, "a dimension is not a number", line);
      }
    }
    long elements = findings.elements(lengths, false, Place.atLine(file, line));
    return elements < 0 ? PartialShape.unknownRank() : PartialShape.of(lengths);
  }

  private void weights(
      Upload upload, String topology, Set<String> weighted, Set<String> names, Findings findings)
      throws RefusedException {
    Optional<String> weights =
        upload
            .beside(topology, ".caffemodel")
            .or(
                () ->
                    weightFiles.size() == 1
                        ? Optional.of(weightFiles.getFirst())
                        : Optional.empty());
    if (weights.isEmpty()) {
      if (!weighted.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_FILE_MISSING,
            "The weights are missing: upload the .caffemodel together with the prototxt.",
            Place.inFile(topology));
      }
      return;
    }
    String name = weights.get();
    findings.file(FileRole.WEIGHTS, name);
    FormatInspection.inFile(
        name, () -> new CaffeWeights(upload, name, findings).check(weighted, names));
  }
}
