package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.imports.NetBuilder.Weights;
import dev.inferlab.modelir.imports.NetBuilder.Window;
import dev.inferlab.modelir.tensor.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What each MXNet operator is in OpenVINO's operations. Rules follow mxnet.apache.org, "Python API,
 * mxnet.symbol" (version 1.9), each under the operator's own name; where that leaves a question,
 * what MXNet 1.9.1 computes on a CPU decides (see mxnet_goldens.py).
 */
final class MxnetOperators {
  private static final Set<String> WEIGHTED =
      Set.of(
          "Convolution",
          "Convolution_v1",
          "Deconvolution",
          "FullyConnected",
          "LeakyReLU",
          "BatchNorm",
          "BatchNorm_v1",
          "InstanceNorm");

  private final NetBuilder net;

  MxnetOperators(NetBuilder net) {
    this.net = net;
  }

  /** A parameter of 32-bit floats; large ones stay in the file. */
  record Values(long[] shape, ConstantData data) {
    /** A copy, for the short lists that are computed with. */
    float[] numbers() {
      return data.toFloats(ElementType.F32);
    }
  }

  /** True when the operator reads its parameters itself; to others they are inputs as any. */
  static boolean hasWeights(String operator) {
    return WEIGHTED.contains(operator);
  }

  /**
   * The operator's outputs; {@code values} are those of its inputs that are parameters, where it
   * {@link #hasWeights}.
   */
  List<Output> apply(MxnetNode node, List<Output> data, List<Values> values) throws LayerException {
    if (data.isEmpty()) {
      throw node.unsupported("it has no input that changes");
    }
    Output input = data.getFirst();
    String name = node.name();
    return switch (node.node().op()) {
      case "Dropout", "identity", "_copy", "BlockGrad" -> List.of(input);
      case "SliceChannel", "split" -> sliceChannel(node, input);
      case "Convolution", "Convolution_v1" -> List.of(convolution(node, input, values));
      case "Deconvolution" -> List.of(deconvolution(node, input, values));
      case "FullyConnected" -> List.of(fullyConnected(node, input, values));
      case "Pooling", "Pooling_v1" -> List.of(pooling(node, input));
      case "Activation" -> List.of(activation(node, input));
      case "relu" -> List.of(net.apply("ReLU", "opset1", name, input));
      case "sigmoid" -> List.of(net.apply("Sigmoid", "opset1", name, input));
      case "tanh" -> List.of(net.apply("Tanh", "opset1", name, input));
      case "LeakyReLU" -> List.of(leakyRelu(node, input, values));
      case "clip" ->
          List.of(
              net.add(
                  net.op("Clamp", "opset1", name)
                      .real("min", node.real("a_min", 0))
                      .real("max", node.real("a_max", 0))
                      .inputs(input)));
      case "BatchNorm", "BatchNorm_v1" -> List.of(batchNorm(node, input, values));
      case "LRN" -> List.of(lrn(node, input));
      case "Flatten", "flatten" -> List.of(net.flatten(name, input));
      case "Concat", "concat" ->
          List.of(net.concat(name, node.number("dim", 1), data.toArray(Output[]::new)));
      case "SoftmaxActivation" ->
          List.of(
              net.softmax(name, input, node.text("mode", "instance").equals("channel") ? 1 : -1));
      case "SoftmaxOutput", "Softmax" ->
          List.of(net.softmax(name, input, node.flag("multi_output", false) ? 1 : -1));
      case "softmax" -> List.of(softmax(node, input));
      case "add_n", "ElementWiseSum" -> List.of(MxnetFcn.sum(net, node, data));
      case "InstanceNorm" -> List.of(instanceNorm(node, input, values));
      case "slice_axis" -> List.of(MxnetArrays.sliceAxis(net, node, input));
      case "expand_dims" -> List.of(MxnetArrays.expandDims(net, node, input));
      case "mean" -> List.of(MxnetArrays.mean(net, node, input));
      case "Pad", "pad" -> List.of(MxnetArrays.pad(net, node, input));
      case "_contrib_MultiBoxPrior" -> List.of(MxnetSsd.prior(net, node, input));
      case "_contrib_MultiBoxDetection" -> List.of(MxnetSsd.detection(net, node, data));
      case "Crop" -> List.of(MxnetFcn.crop(net, node, data));
      case "UpSampling" -> List.of(MxnetFcn.upSampling(net, node, data));
      case "Reshape", "reshape" -> List.of(MxnetFcn.reshape(net, node, input));
      case "L2Normalization" -> List.of(MxnetFcn.normalize(net, node, input));
      case "transpose" -> List.of(net.transpose(name, input, node.numbers("axes")));
      case "elemwise_add", "_Plus", "_plus", "broadcast_add", "_add" ->
          List.of(binary(node, "Add", data));
      case "elemwise_sub", "_Minus", "_minus", "broadcast_sub", "_sub" ->
          List.of(binary(node, "Subtract", data));
      case "elemwise_mul", "_Mul", "_mul", "broadcast_mul" ->
          List.of(binary(node, "Multiply", data));
      case "elemwise_div", "_Div", "_div", "broadcast_div" -> List.of(binary(node, "Divide", data));
      case "_PlusScalar", "_plus_scalar" -> List.of(scalar(node, "Add", input));
      case "_MinusScalar", "_minus_scalar" -> List.of(scalar(node, "Subtract", input));
      case "_MulScalar", "_mul_scalar" -> List.of(scalar(node, "Multiply", input));
      case "_DivScalar", "_div_scalar" -> List.of(scalar(node, "Divide", input));
      case "_RMinusScalar", "_rminus_scalar" -> List.of(scalarLeft(node, "Subtract", input));
      case "_RDivScalar", "_rdiv_scalar" -> List.of(scalarLeft(node, "Divide", input));
      default -> throw node.unsupported("this operator is not supported");
    };
  }

  private static Values value(MxnetNode node, List<Values> values, int index)
      throws LayerException {
    if (values.size() <= index) {
      throw node.unsupported("its parameters are missing in the .params");
    }
    return values.get(index);
  }

  private Output convolution(MxnetNode node, Output input, List<Values> values)
      throws LayerException {
    Filters filters = filters(node, values);
    long[] shape = filters.weights().shape();
    if (shape.length != 4
        || shape[0] != filters.outputs()
        || !filters.window().hasKernelOf(shape)) {
      throw node.mismatch(
          "weights of shape [%d, ?, %d, %d]"
              .formatted(
                  filters.outputs(), filters.window().kernel()[0], filters.window().kernel()[1]),
          Arrays.toString(shape));
    }
    node.checkChannels(net.channels(input), Math.multiplyExact(shape[1], filters.groups()));
    float[] bias = bias(node, values, false, filters.outputs());
    return net.convolution(node.name(), input, filters.with(bias), filters.window());
  }

  private Output deconvolution(MxnetNode node, Output input, List<Values> values)
      throws LayerException {
    // (0, 0), which is written as often as nothing, means that padding decides.
    if (Arrays.stream(node.numbers("target_shape")).anyMatch(length -> length != 0)) {
      throw node.unsupported("a target shape is not supported");
    }
    Filters filters = filters(node, values);
    long[] shape = filters.weights().shape();
    long each = filters.outputs() / filters.groups();
    if (shape.length != 4
        || shape[0] % filters.groups() != 0
        || shape[1] != each
        || !filters.window().hasKernelOf(shape)) {
      throw node.mismatch(
          "weights of shape [?, %d, %d, %d] in %d groups"
              .formatted(
                  each,
                  filters.window().kernel()[0],
                  filters.window().kernel()[1],
                  filters.groups()),
          Arrays.toString(shape));
    }
    node.checkChannels(net.channels(input), shape[0]);
    float[] bias = bias(node, values, true, filters.outputs());
    return net.deconvolution(
        node.name(), input, filters.with(bias), filters.window(), node.pair("adj", 0));
  }

  /** What convolutions and those that undo them have in common. */
  private record Filters(Window window, long outputs, long groups, Values weights) {
    Weights with(float[] bias) {
      return new Weights(weights.data(), weights.shape(), groups, bias);
    }
  }

  private static Filters filters(MxnetNode node, List<Values> values) throws LayerException {
    channelsFirst(node);
    Window window = node.window();
    long outputs = outputs(node, "num_filter");
    return new Filters(window, outputs, groups(node, outputs), value(node, values, 0));
  }

  private static long outputs(MxnetNode node, String key) throws LayerException {
    long outputs = node.number(key, 0);
    if (outputs <= 0) {
      throw node.malformed("%s is %d, which must be above 0".formatted(key, outputs));
    }
    return outputs;
  }

  private static long groups(MxnetNode node, long outputs) throws LayerException {
    long groups = node.number("num_group", 1);
    if (groups <= 0 || outputs % groups != 0) {
      throw node.malformed("%d groups do not divide its %d outputs".formatted(groups, outputs));
    }
    return groups;
  }

  private static void channelsFirst(MxnetNode node) throws LayerException {
    String layout = node.text("layout", "None");
    if (!layout.equals("None") && !layout.equals("NCHW")) {
      throw node.unsupported("the layout %s is not supported".formatted(layout));
    }
  }

  private static float[] bias(MxnetNode node, List<Values> values, boolean unbiased, long outputs)
      throws LayerException {
    if (node.flag("no_bias", unbiased)) {
      return new float[0];
    }
    float[] bias = value(node, values, 1).numbers();
    if (bias.length != outputs) {
      throw node.mismatch("%d biases".formatted(outputs), Integer.toString(bias.length));
    }
    return bias;
  }

  private Output fullyConnected(MxnetNode node, Output input, List<Values> values)
      throws LayerException {
    if (!node.flag("flatten", true)) {
      throw node.unsupported("only flattened inputs are supported");
    }
    long outputs = outputs(node, "num_hidden");
    Values weights = value(node, values, 0);
    if (weights.shape().length != 2 || weights.shape()[0] != outputs) {
      throw node.mismatch(
          "weights of shape [%d, ?]".formatted(outputs), Arrays.toString(weights.shape()));
    }
    float[] bias = bias(node, values, false, outputs);
    return net.fullyConnected(
        node.name(), input, new Weights(weights.data(), weights.shape(), 1, bias), false);
  }

  /** "full" rounds up, "valid" down. */
  private Output pooling(MxnetNode node, Output input) throws LayerException {
    channelsFirst(node);
    String type = node.text("pool_type", "max");
    if (!type.equals("max") && !type.equals("avg")) {
      throw node.unsupported("pooling '%s' is not supported".formatted(type));
    }
    if (node.flag("global_pool", false)) {
      return net.globalPool(node.name(), input, type.equals("max"));
    }
    String convention = node.text("pooling_convention", "valid");
    if (!convention.equals("valid") && !convention.equals("full")) {
      throw node.unsupported("the convention '%s' is not supported".formatted(convention));
    }
    boolean full = convention.equals("full");
    if (type.equals("max")) {
      return net.maxPool(node.name(), input, node.window(), full ? "ceil" : "floor");
    }
    long[] pads = node.pair("pad", 0);
    if (full && (pads[0] > 0 || pads[1] > 0)) {
      throw node.unsupported("averages of padded input that round up are not supported");
    }
    return net.averagePool(
        node.name(),
        input,
        node.window(),
        full ? "ceil_torch" : "floor",
        node.flag("count_include_pad", true));
  }

  private Output activation(MxnetNode node, Output input) throws LayerException {
    String type = node.text("act_type", "");
    String name = node.name();
    return switch (type) {
      case "relu" -> net.apply("ReLU", "opset1", name, input);
      case "sigmoid" -> net.apply("Sigmoid", "opset1", name, input);
      case "tanh" -> net.apply("Tanh", "opset1", name, input);
      case "softrelu" -> net.apply("SoftPlus", "opset4", name, input);
      case "softsign" -> net.apply("SoftSign", "opset9", name, input);
      default -> throw node.unsupported("activation '%s' is not supported".formatted(type));
    };
  }

  private Output leakyRelu(MxnetNode node, Output input, List<Values> values)
      throws LayerException {
    String type = node.text("act_type", "leaky");
    String name = node.name();
    float[] slope =
        switch (type) {
          case "prelu" -> value(node, values, 0).numbers();
          case "leaky" -> new float[] {node.real("slope", 0.25f)};
          case "elu" -> null;
          default -> throw node.unsupported("activation '%s' is not supported".formatted(type));
        };
    return slope == null
        ? net.add(
            net.op("Elu", "opset1", name).real("alpha", node.real("slope", 0.25f)).inputs(input))
        : net.apply(
            "PReLU", "opset1", name, input, net.floats(name + "/slope", slope, slope.length));
  }

  /** Parameters: gamma, beta, moving mean, moving variance. */
  private Output batchNorm(MxnetNode node, Output input, List<Values> values)
      throws LayerException {
    float[] gamma = value(node, values, 0).numbers();
    float[] beta = value(node, values, 1).numbers();
    float[] means = value(node, values, 2).numbers();
    float[] variances = value(node, values, 3).numbers();
    if (node.number("axis", 1) != 1) {
      throw node.unsupported("only normalisation of channels is supported");
    }
    if (gamma.length != means.length
        || beta.length != means.length
        || variances.length != means.length) {
      throw node.mismatch(
          "gamma, beta, mean and variance of one length",
          "%d, %d, %d and %d".formatted(gamma.length, beta.length, means.length, variances.length));
    }
    double epsilon = node.real("eps", 1e-3f);
    boolean fixed = node.flag("fix_gamma", true);
    float[] factors = new float[means.length];
    float[] shifts = new float[means.length];
    for (int i = 0; i < means.length; i++) {
      double factor = (fixed ? 1 : gamma[i]) / Math.sqrt(variances[i] + epsilon);
      factors[i] = (float) factor;
      shifts[i] = (float) (beta[i] - means[i] * factor);
    }
    return net.scalePerChannel(node.name(), input, factors, shifts);
  }

  /** Each picture's channels get mean 0 and variance 1. Parameters: gamma, beta. */
  private Output instanceNorm(MxnetNode node, Output input, List<Values> values)
      throws LayerException {
    String name = node.name();
    Output even =
        net.add(
            net.op("MVN", "opset6", name + "/even")
                .attribute("normalize_variance", true)
                .real("eps", node.real("eps", 1e-3f))
                .attribute("eps_mode", "inside_sqrt")
                .inputs(input, net.longs(name + "/axes", 2, 3)));
    float[] gamma = value(node, values, 0).numbers();
    float[] beta = value(node, values, 1).numbers();
    if (gamma.length != beta.length) {
      throw node.mismatch(
          "gamma and beta of one length", "%d and %d".formatted(gamma.length, beta.length));
    }
    return net.scalePerChannel(name, even, gamma, beta);
  }

  private Output lrn(MxnetNode node, Output input) throws LayerException {
    return net.add(
        net.op("LRN", "opset1", node.name())
            .real("alpha", node.real("alpha", 1e-4f))
            .real("beta", node.real("beta", 0.75f))
            .real("bias", node.real("knorm", 2))
            .attribute("size", node.number("nsize", 5))
            .inputs(input, net.longs(node.name() + "/axes", 1)));
  }

  private Output softmax(MxnetNode node, Output input) throws LayerException {
    String given = node.text("temperature", "None");
    float temperature = given.equals("None") ? 1 : node.real("temperature", 1);
    Output warm =
        temperature == 1
            ? input
            : net.binary(
                "Divide",
                node.name() + "/warm",
                input,
                net.scalar(node.name() + "/temperature", temperature));
    return net.softmax(node.name(), warm, node.number("axis", -1));
  }

  private List<Output> sliceChannel(MxnetNode node, Output input) throws LayerException {
    long parts = node.number("num_outputs", 1);
    if (node.flag("squeeze_axis", false) || parts < 1 || parts > 1000) {
      throw node.unsupported("squeezed or more than 1000 parts are not supported");
    }
    return net.splitEvenly(node.name(), input, node.number("axis", 1), (int) parts);
  }

  private Output binary(MxnetNode node, String type, List<Output> data) throws LayerException {
    if (data.size() != 2) {
      throw node.unsupported("it needs two inputs");
    }
    return net.binary(type, node.name(), data.get(0), data.get(1));
  }

  private Output scalar(MxnetNode node, String type, Output input) throws LayerException {
    return net.binary(type, node.name(), input, scalar(node));
  }

  private Output scalarLeft(MxnetNode node, String type, Output input) throws LayerException {
    return net.binary(type, node.name(), scalar(node), input);
  }

  private Output scalar(MxnetNode node) throws LayerException {
    return net.scalar(node.name() + "/scalar", node.real("scalar", 0));
  }
}
