package dev.inferlab.modelir.imports;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.graph.NodeBuilder;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a network of OpenVINO operations in channels-first layout, as importers need it. Shapes
 * between operations are left open: OpenVINO infers them when it reads the IR. Operations are those
 * of docs.openvino.ai, "Available Operation Sets".
 */
public final class NetBuilder {
  private final IrModel model;
  private final Graph graph;

  public NetBuilder(String name) {
    this.model = IrModel.create(name);
    this.graph = model.graph();
  }

  public IrModel model() {
    return model;
  }

  public Output parameter(String name, PartialShape shape) {
    String text = shape.toString();
    return op("Parameter", "opset1", name)
        .attribute("shape", text.substring(1, text.length() - 1))
        .attribute("element_type", "f32")
        .output(ElementType.F32, shape)
        .add()
        .output(0)
        .names(List.of(name));
  }

  public void result(String name, Output tensor) {
    if (!tensor.names().contains(name)) {
      List<String> names = new java.util.ArrayList<>(tensor.names());
      names.add(name);
      tensor.names(names);
    }
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
    return node.output(ElementType.F32, PartialShape.unknownRank()).add().output(0);
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

  /** A convolution's geometry; lists are height, width. */
  public record Window(long[] kernel, long[] strides, long[] pads, long[] dilations) {}

  /** {@code weights}: [out, in / groups, kernel…]. */
  public Output convolution(
      String name, Output input, ConstantData weights, long[] shape, long groups, Window window) {
    long[] layout = shape;
    if (groups > 1) {
      layout = new long[shape.length + 1];
      layout[0] = groups;
      layout[1] = shape[0] / groups;
      System.arraycopy(shape, 1, layout, 2, shape.length - 1);
    }
    return add(
        op(groups > 1 ? "GroupConvolution" : "Convolution", "opset1", name)
            .attribute("strides", window.strides())
            .attribute("dilations", window.dilations())
            .attribute("pads_begin", window.pads())
            .attribute("pads_end", window.pads())
            .attribute("auto_pad", "explicit")
            .inputs(input, floats(name + "/weights", weights, layout)));
  }

  /** {@code weights}: [in, out / groups, kernel…]. */
  public Output deconvolution(
      String name,
      Output input,
      ConstantData weights,
      long[] shape,
      long groups,
      Window window,
      long[] outputPadding) {
    long[] layout = shape;
    if (groups > 1) {
      layout = new long[shape.length + 1];
      layout[0] = groups;
      layout[1] = shape[0] / groups;
      System.arraycopy(shape, 1, layout, 2, shape.length - 1);
    }
    return add(
        op(groups > 1 ? "GroupConvolutionBackpropData" : "ConvolutionBackpropData", "opset1", name)
            .attribute("strides", window.strides())
            .attribute("dilations", window.dilations())
            .attribute("pads_begin", window.pads())
            .attribute("pads_end", window.pads())
            .attribute("output_padding", outputPadding)
            .attribute("auto_pad", "explicit")
            .inputs(input, floats(name + "/weights", weights, layout)));
  }

  /** Adds one value for each channel; {@code rank} is the tensor's. */
  public Output addPerChannel(String name, Output input, float[] values, int rank) {
    return binary("Add", name, input, floats(name + "/values", values, perChannel(values, rank)));
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

  private static long[] perChannel(float[] values, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[1] = values.length;
    return shape;
  }

  public Output binary(String type, String name, Output left, Output right) {
    return add(op(type, "opset1", name).attribute("auto_broadcast", "numpy").inputs(left, right));
  }

  /** [N, …] times weights [out, in], transposed when {@code transposed} is false. */
  public Output fullyConnected(
      String name,
      Output input,
      ConstantData weights,
      long rows,
      long columns,
      boolean transposed) {
    Output flat = flatten(name + "/flatten", input);
    return add(
        op("MatMul", "opset1", name)
            .attribute("transpose_a", false)
            .attribute("transpose_b", !transposed)
            .inputs(flat, floats(name + "/weights", weights, rows, columns)));
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
    return op("Gather", "opset8", name + "/size")
        .attribute("batch_dims", 0)
        .inputs(
            shape(name + "/shape", tensor),
            longs(name + "/indices", dimensions),
            constant(name + "/gathered", ConstantData.ofLongs(0), ElementType.I64))
        .output(ElementType.I64, PartialShape.of(dimensions.length))
        .add()
        .output(0);
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
    return op(type, "opset1", name)
        .attribute("auto_broadcast", "numpy")
        .inputs(left, right)
        .output(ElementType.I64, PartialShape.unknownRank())
        .add()
        .output(0);
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
