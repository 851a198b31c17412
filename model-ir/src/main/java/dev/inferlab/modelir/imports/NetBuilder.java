package dev.inferlab.modelir.imports;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.NodeBuilder;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Builds a network of OpenVINO operations in channels-first layout, as importers need it. Shapes
 * between operations are left open: OpenVINO infers them when it reads the IR. Operations are those
 * of docs.openvino.ai, "Available Operation Sets". Where several operations make up a layer, the
 * last has the layer's name.
 */
public final class NetBuilder {
  /** Back from a convolution to what tells its channels: many activations in a row are rare. */
  private static final int MOST_STEPS = 32;

  private final IrModel model;
  private final Graph graph;

  /** Written when the model is complete: an output's names are one text, costly to add to. */
  private final Map<Output, Set<String>> names = new LinkedHashMap<>();

  private final Map<String, Output> named = new HashMap<>();

  public NetBuilder(String name) {
    this.model = IrModel.create(name);
    this.graph = model.graph();
  }

  /** The network as built so far, its tensors named. */
  public IrModel model() {
    names.forEach((tensor, given) -> tensor.names(List.copyOf(given)));
    return model;
  }

  public Output parameter(String name, PartialShape shape) {
    String text = shape.toString();
    Output input =
        op("Parameter", "opset1", name)
            .attribute("shape", text.substring(1, text.length() - 1))
            .attribute("element_type", "f32")
            .output(ElementType.F32, shape)
            .add()
            .output(0);
    give(name, input);
    return input;
  }

  /**
   * Names a tensor as users know it. A name is one tensor's, that which got it last; only an input
   * keeps its own and takes no other.
   */
  public void name(String name, Output tensor) {
    if (tensor.node().is("Parameter")) {
      return;
    }
    Output before = named.put(name, tensor);
    if (before != null && !before.node().is("Parameter")) {
      names.get(before).remove(name);
    }
    give(name, tensor);
  }

  private void give(String name, Output tensor) {
    named.put(name, tensor);
    names.computeIfAbsent(tensor, t -> new LinkedHashSet<>()).add(name);
  }

  public void result(String name, Output tensor) {
    give(name, tensor);
    graph.node("Result", "opset1").name(name + "/result").inputs(tensor).add();
  }

  /**
   * A node of {@code type} with one float output of open shape, to which attributes may be added.
   */
  public Output apply(String type, String opset, String name, Output... inputs) {
    return add(op(type, opset, name).inputs(inputs));
  }

  public NodeBuilder op(String type, String opset, String name) {
    return graph.node(type, opset).name(name);
  }

  public Output add(NodeBuilder node) {
    return add(node, ElementType.F32);
  }

  public Output add(NodeBuilder node, ElementType type) {
    return node.output(type, PartialShape.unknownRank()).add().output(0);
  }

  public Output floats(String name, float[] values, long... shape) {
    return graph.constant(name, ConstantData.ofFloats(values), ElementType.F32, shape).output(0);
  }

  /** A constant of 32-bit floats. */
  public Output floats(String name, ConstantData values, long... shape) {
    return graph.constant(name, values, ElementType.F32, shape).output(0);
  }

  public Output longs(String name, long... values) {
    return graph.constant(name, values).output(0);
  }

  public Output scalar(String name, float value) {
    return graph.scalar(name, value).output(0);
  }

  /**
   * The channels (axis 1) of a tensor, where the last convolution before it or the network's input
   * tells; shapes in between are OpenVINO's to infer.
   */
  public OptionalLong channels(Output tensor) {
    Output at = tensor;
    for (int i = 0; i < MOST_STEPS; i++) {
      Node node = at.node();
      switch (node.type()) {
        case "Parameter" -> {
          return length(at.shape(), 1);
        }
        case "Convolution" -> {
          return length(node.input(1).source().shape(), 0);
        }
        case "ConvolutionBackpropData" -> {
          return length(node.input(1).source().shape(), 1);
        }
        case "GroupConvolution" -> {
          return product(node.input(1).source().shape(), 0, 1);
        }
        case "GroupConvolutionBackpropData" -> {
          return product(node.input(1).source().shape(), 0, 2);
        }
        case "ReLU", "PReLU", "Sigmoid", "Tanh", "Clamp", "Elu" -> at = node.input(0).source();
        case "MaxPool", "AvgPool", "BatchNormInference", "LRN" -> at = node.input(0).source();
        case "Add", "Multiply", "Subtract" -> {
          Node other = node.producer(1);
          if (!other.isConstant()) {
            return OptionalLong.empty();
          }
          PartialShape constant = other.output(0).shape();
          if (constant.elements().orElse(0) != 1) {
            // A bias: one channel and many are many. A map for all channels says nothing of them.
            OptionalLong channels =
                constant.rank() == 4 ? length(constant, 1) : OptionalLong.empty();
            if (channels.isEmpty() || channels.getAsLong() != 1) {
              return channels;
            }
          }
          at = node.input(0).source();
        }
        default -> {
          return OptionalLong.empty();
        }
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong length(PartialShape shape, int axis) {
    return shape.hasRank() && shape.rank() > axis && shape.dimension(axis).isStatic()
        ? OptionalLong.of(shape.dimension(axis).length())
        : OptionalLong.empty();
  }

  private static OptionalLong product(PartialShape shape, int first, int second) {
    OptionalLong left = length(shape, first);
    OptionalLong right = length(shape, second);
    return left.isPresent() && right.isPresent()
        ? OptionalLong.of(Math.multiplyExact(left.getAsLong(), right.getAsLong()))
        : OptionalLong.empty();
  }

  /** A convolution's geometry; lists are height, width. */
  public record Window(long[] kernel, long[] strides, long[] pads, long[] dilations) {

    /** What no window can have; empty if all is well. */
    public Optional<String> fault() {
      return fault("kernel", kernel, 1)
          .or(() -> fault("stride", strides, 1))
          .or(() -> fault("dilation", dilations, 1))
          .or(() -> fault("padding", pads, 0));
    }

    private static Optional<String> fault(String what, long[] lengths, long least) {
      return Arrays.stream(lengths)
          .filter(length -> length < least)
          .mapToObj(
              length -> "its %s is %d, which must be at least %d".formatted(what, length, least))
          .findFirst();
    }

    /** True when weights of this shape, [channels, channels, height, width], have this kernel. */
    public boolean hasKernelOf(long[] shape) {
      return shape[2] == kernel[0] && shape[3] == kernel[1];
    }
  }

  /**
   * What a layer was trained to.
   *
   * @param shape of a convolution [out, in / groups, kernel…], of a deconvolution [in, out /
   *     groups, kernel…], of a fully connected layer [out, in]
   * @param bias one value for each output channel, or none at all
   */
  public record Weights(ConstantData values, long[] shape, long groups, float[] bias) {

    /** The shape in which OpenVINO wants them: groups are a dimension of their own. */
    private long[] layout() {
      if (groups == 1) {
        return shape;
      }
      long[] layout = new long[shape.length + 1];
      layout[0] = groups;
      layout[1] = shape[0] / groups;
      System.arraycopy(shape, 1, layout, 2, shape.length - 1);
      return layout;
    }

    private String unbiased(String name) {
      return bias.length == 0 ? name : name + "/unbiased";
    }
  }

  public Output convolution(String name, Output input, Weights weights, Window window) {
    String type = weights.groups() > 1 ? "GroupConvolution" : "Convolution";
    return withBias(name, convolution(type, name, input, weights, window), weights, 4);
  }

  public Output deconvolution(
      String name, Output input, Weights weights, Window window, long[] outputPadding) {
    String type = weights.groups() > 1 ? "GroupConvolutionBackpropData" : "ConvolutionBackpropData";
    NodeBuilder node =
        convolution(type, name, input, weights, window).attribute("output_padding", outputPadding);
    return withBias(name, node, weights, 4);
  }

  private NodeBuilder convolution(
      String type, String name, Output input, Weights weights, Window window) {
    return op(type, "opset1", weights.unbiased(name))
        .attribute("strides", window.strides())
        .attribute("dilations", window.dilations())
        .attribute("pads_begin", window.pads())
        .attribute("pads_end", window.pads())
        .attribute("auto_pad", "explicit")
        .inputs(input, floats(name + "/weights", weights.values(), weights.layout()));
  }

  private Output withBias(String name, NodeBuilder node, Weights weights, int rank) {
    Output result = add(node);
    float[] bias = weights.bias();
    if (bias.length == 0) {
      return result;
    }
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[1] = bias.length;
    return binary("Add", name, result, floats(name + "/bias", bias, shape));
  }

  /**
   * Each channel times its factor, plus its shift. Channels are axis 1 of a tensor of any rank,
   * which a constant to multiply with would have to know.
   */
  public Output scalePerChannel(String name, Output input, float[] factors, float[] shifts) {
    long channels = factors.length;
    float[] ones = new float[factors.length];
    Arrays.fill(ones, 1);
    return add(
        op("BatchNormInference", "opset5", name)
            .real("epsilon", 0)
            .inputs(
                input,
                floats(name + "/factors", factors, channels),
                floats(name + "/shifts", shifts, shifts.length),
                floats(name + "/mean", new float[factors.length], channels),
                floats(name + "/variance", ones, channels)));
  }

  public Output binary(String type, String name, Output left, Output right) {
    return add(op(type, "opset1", name).attribute("auto_broadcast", "numpy").inputs(left, right));
  }

  /** [N, …] times weights; {@code transposed}: those are [in, out]. */
  public Output fullyConnected(String name, Output input, Weights weights, boolean transposed) {
    Output flat = flatten(name + "/flatten", input);
    NodeBuilder product =
        op("MatMul", "opset1", weights.unbiased(name))
            .attribute("transpose_a", false)
            .attribute("transpose_b", !transposed)
            .inputs(flat, floats(name + "/weights", weights.values(), weights.shape()));
    return withBias(name, product, weights, 2);
  }

  public Output flatten(String name, Output input) {
    return reshape(name, input, 0, -1);
  }

  /** 0 copies a dimension, -1 takes what is left. */
  public Output reshape(String name, Output input, long... shape) {
    return add(
        op("Reshape", "opset1", name)
            .attribute("special_zero", true)
            .inputs(input, longs(name + "/shape", shape)));
  }

  public Output transpose(String name, Output input, long... order) {
    return apply("Transpose", "opset1", name, input, longs(name + "/order", order));
  }

  public Output softmax(String name, Output input, long axis) {
    return add(op("SoftMax", "opset8", name).attribute("axis", axis).inputs(input));
  }

  public Output concat(String name, long axis, Output... inputs) {
    return add(op("Concat", "opset1", name).attribute("axis", axis).inputs(inputs));
  }

  public Output maxPool(String name, Output input, Window window, String rounding) {
    NodeBuilder pool =
        op("MaxPool", "opset14", name)
            .attribute("strides", window.strides())
            .attribute("dilations", window.dilations())
            .attribute("pads_begin", window.pads())
            .attribute("pads_end", window.pads())
            .attribute("kernel", window.kernel())
            .attribute("rounding_type", rounding)
            .attribute("auto_pad", "explicit")
            .attribute("index_element_type", "i64")
            .attribute("axis", 0)
            .inputs(input)
            .output(ElementType.F32, PartialShape.unknownRank())
            .output(ElementType.I64, PartialShape.unknownRank());
    return pool.add().output(0);
  }

  /**
   * Averages as Caffe and MXNet form them: a window that reaches over the edge is divided by what
   * lies inside the padded image. OpenVINO divides by the whole window there, or by what lies
   * inside the image.
   */
  public Output averagePool(
      String name, Output input, Window window, String rounding, boolean countPadding) {
    boolean padded = Arrays.stream(window.pads()).anyMatch(pad -> pad > 0);
    boolean reachesOver =
        !rounding.equals("floor") && Arrays.stream(window.strides()).anyMatch(step -> step > 1);
    if (!padded) {
      return averagePool(name, input, window, rounding, true, window.pads());
    }
    if (!countPadding || !reachesOver) {
      return averagePool(name, input, window, rounding, !countPadding, window.pads());
    }
    // Padding that is part of the image counts; this rounds up once too often at times.
    Output pads = longs(name + "/pads", 0, 0, window.pads()[0], window.pads()[1]);
    Output image =
        add(
            op("Pad", "opset1", name + "/padded")
                .attribute("pad_mode", "constant")
                .inputs(input, pads, pads, scalar(name + "/zero", 0)));
    Output averages =
        averagePool(
            name + "/averages", image, window, rounding, true, new long[window.pads().length]);
    Output sized = averagePool(name + "/sized", input, window, rounding, false, window.pads());
    return slice(name, averages, longs(name + "/start", 0, 0), spatialSize(name, sized));
  }

  private Output averagePool(
      String name, Output input, Window window, String rounding, boolean exclude, long[] pads) {
    return add(
        op("AvgPool", "opset14", name)
            .attribute("kernel", window.kernel())
            .attribute("strides", window.strides())
            .attribute("pads_begin", pads)
            .attribute("pads_end", pads)
            .attribute("exclude-pad", exclude)
            .attribute("auto_pad", "explicit")
            .attribute("rounding_type", rounding)
            .inputs(input));
  }

  /** The part of height and width from {@code start} to before {@code stop}, two numbers each. */
  public Output slice(String name, Output input, Output start, Output stop) {
    return apply(
        "Slice",
        "opset8",
        name,
        input,
        start,
        stop,
        longs(name + "/step", 1, 1),
        longs(name + "/axes", 2, 3));
  }

  /** The part from {@code start} to before {@code stop} along one axis. */
  public Output slice(String name, Output input, long axis, long start, long stop) {
    return apply(
        "Slice",
        "opset8",
        name,
        input,
        longs(name + "/start", start),
        longs(name + "/stop", stop),
        longs(name + "/step", 1),
        longs(name + "/axis", axis));
  }

  /** Mean or maximum over height and width, which become 1. */
  public Output globalPool(String name, Output input, boolean maximum) {
    return add(
        op(maximum ? "ReduceMax" : "ReduceMean", "opset1", name)
            .attribute("keep_dims", true)
            .inputs(input, longs(name + "/axes", 2, 3)));
  }

  /** Height and width of a tensor, as two numbers. */
  public Output spatialSize(String name, Output tensor) {
    return lengths(name, tensor, 2, 3);
  }

  /** The lengths of a tensor's dimensions of these numbers; from the end if negative. */
  public Output lengths(String name, Output tensor, long... dimensions) {
    return gather(name + "/size", shape(name + "/shape", tensor), 0, dimensions);
  }

  /** The length of one dimension, as a number and not as a list. */
  public Output length(String name, Output tensor, long dimension) {
    Output index = constantLong(name + "/index", dimension);
    return gather(name, shape(name + "/shape", tensor), 0, index);
  }

  /** Of whole numbers, those at these places along an axis. */
  public Output gather(String name, Output numbers, long axis, long... places) {
    return gather(name, numbers, axis, longs(name + "/places", places));
  }

  private Output gather(String name, Output numbers, long axis, Output places) {
    return add(
        op("Gather", "opset8", name)
            .attribute("batch_dims", 0)
            .inputs(numbers, places, constantLong(name + "/gathered", axis)),
        ElementType.I64);
  }

  /** A constant that is one whole number. */
  public Output constantLong(String name, long value) {
    return constant(name, ConstantData.ofLongs(value), ElementType.I64);
  }

  private Output shape(String name, Output tensor) {
    return op("ShapeOf", "opset3", name)
        .attribute("output_type", "i64")
        .inputs(tensor)
        .output(ElementType.I64, PartialShape.unknownRank())
        .add()
        .output(0);
  }

  /** How many dimensions a tensor has, as a list of one number. */
  public Output rank(String name, Output tensor) {
    return shape(name + "/rank", shape(name + "/shape", tensor));
  }

  /** Of lists of whole numbers. */
  public Output longBinary(String type, String name, Output left, Output right) {
    return add(
        op(type, "opset1", name).attribute("auto_broadcast", "numpy").inputs(left, right),
        ElementType.I64);
  }

  public Output constant(String name, ConstantData values, ElementType type, long... shape) {
    return graph.constant(name, values, type, shape).output(0);
  }

  /**
   * {@code values} so that its first dimension meets dimension {@code axis} of the tensor it is to
   * be combined with; ranks are OpenVINO's to know.
   */
  public Output aligned(String name, Output values, Output tensor, long axis) {
    Output room =
        axis < 0
            ? longs(name + "/room", -axis)
            : longBinary(
                "Subtract",
                name + "/room",
                rank(name + "/tensor", tensor),
                longs(name + "/axis", axis));
    Output behind = longBinary("Subtract", name + "/behind", room, rank(name + "/values", values));
    return withOnesBehind(name, values, behind);
  }

  /** The tensor with {@code count} more dimensions, each of length 1, behind its own. */
  public Output withOnesBehind(String name, Output tensor, Output count) {
    Output one = constant(name + "/one", ConstantData.ofLongs(1), ElementType.I64);
    Output ones =
        op("Broadcast", "opset3", name + "/ones")
            .attribute("mode", "numpy")
            .inputs(one, count)
            .output(ElementType.I64, PartialShape.unknownRank())
            .add()
            .output(0);
    Output shape =
        op("Concat", "opset1", name + "/target")
            .attribute("axis", 0)
            .inputs(shape(name + "/own", tensor), ones)
            .output(ElementType.I64, PartialShape.unknownRank())
            .add()
            .output(0);
    return add(
        op("Reshape", "opset1", name).attribute("special_zero", false).inputs(tensor, shape));
  }

  /** Splits along {@code axis} into parts of these lengths; -1 takes what is left. */
  public List<Output> split(String name, Output input, long axis, long... lengths) {
    Output axisConstant =
        graph.constant(name + "/axis", ConstantData.ofLongs(axis), ElementType.I64).output(0);
    NodeBuilder split =
        op("VariadicSplit", "opset1", name)
            .inputs(input, axisConstant, longs(name + "/lengths", lengths));
    for (int i = 0; i < lengths.length; i++) {
      split.output(ElementType.F32, PartialShape.unknownRank());
    }
    return split.add().outputs();
  }

  /** Splits along {@code axis} into {@code parts} of the same length. */
  public List<Output> splitEvenly(String name, Output input, long axis, int parts) {
    NodeBuilder split =
        op("Split", "opset1", name)
            .attribute("num_splits", parts)
            .inputs(
                input,
                graph
                    .constant(name + "/axis", ConstantData.ofLongs(axis), ElementType.I64)
                    .output(0));
    for (int i = 0; i < parts; i++) {
      split.output(ElementType.F32, PartialShape.unknownRank());
    }
    return split.add().outputs();
  }
}
