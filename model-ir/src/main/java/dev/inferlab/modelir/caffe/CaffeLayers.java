package dev.inferlab.modelir.caffe;

import dev.inferlab.modelir.caffe.CaffeBlobs.Blob;
import dev.inferlab.modelir.graph.NodeBuilder;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.imports.NetBuilder.Weights;
import dev.inferlab.modelir.imports.NetBuilder.Window;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What each Caffe layer is in OpenVINO's operations. Rules follow caffe.berkeleyvision.org, "Layer
 * Catalogue", and the defaults in caffe.proto; where those leave a question, the file named at the
 * rule (github.com/BVLC/caffe, src/caffe/layers) decides.
 */
final class CaffeLayers {
  private static final Set<String> SEVERAL_BOTTOMS =
      Set.of(
          "Eltwise", "Concat", "Scale", "Bias", "Crop", "PriorBox", "DetectionOutput", "Silence");

  private final NetBuilder net;

  CaffeLayers(NetBuilder net) {
    this.net = net;
  }

  /** The layer's tops. */
  List<Output> apply(CaffeLayer layer, List<Output> bottoms) throws LayerException {
    if (bottoms.isEmpty()) {
      throw layer.unsupported("it reads training data; use the network's deploy prototxt");
    }
    if (bottoms.size() > 1 && !SEVERAL_BOTTOMS.contains(layer.type())) {
      throw layer.unsupported("more than one bottom is not supported");
    }
    Output input = bottoms.getFirst();
    String name = layer.name();
    return switch (layer.type()) {
      case "Slice" -> slice(layer, input);
      case "Split", "Dropout", "Silence" -> List.of(input);
      case "Convolution", "DepthwiseConvolution", "ConvolutionDepthwise" ->
          List.of(convolution(layer, input));
      case "Deconvolution" -> List.of(deconvolution(layer, input));
      case "InnerProduct" -> List.of(innerProduct(layer, input));
      case "Pooling" -> List.of(pooling(layer, input));
      case "ReLU" -> List.of(relu(layer, input));
      case "ReLU6" ->
          List.of(
              net.add(net.op("Clamp", "opset1", name).real("min", 0).real("max", 6).inputs(input)));
      case "PReLU" -> List.of(net.apply("PReLU", "opset1", name, input, slope(layer)));
      case "ELU" ->
          List.of(
              net.add(
                  net.op("Elu", "opset1", name)
                      .real("alpha", layer.real("alpha", 1))
                      .inputs(input)));
      case "Sigmoid" -> List.of(net.apply("Sigmoid", "opset1", name, input));
      case "TanH" -> List.of(net.apply("Tanh", "opset1", name, input));
      case "AbsVal" -> List.of(net.apply("Abs", "opset1", name, input));
      case "BNLL" -> List.of(net.apply("SoftPlus", "opset4", name, input));
      case "Power" -> List.of(CaffeFunctions.power(net, layer, input));
      case "Exp" -> List.of(CaffeFunctions.exp(net, layer, input));
      case "Log" -> List.of(CaffeFunctions.log(net, layer, input));
      case "ArgMax" -> List.of(CaffeArgMax.apply(net, layer, input));
      case "Softmax" -> List.of(net.softmax(name, input, layer.number("axis", 1)));
      case "LRN" -> List.of(lrn(layer, input));
      case "BatchNorm" -> List.of(batchNorm(layer, input));
      case "Scale" -> List.of(scale(layer, bottoms));
      case "Bias" -> List.of(bias(layer, bottoms));
      case "Eltwise" -> List.of(eltwise(layer, bottoms));
      case "Concat" ->
          List.of(
              net.concat(
                  name,
                  layer.number("axis", layer.number("concat_dim", 1)),
                  bottoms.toArray(Output[]::new)));
      case "Flatten" -> List.of(flatten(layer, input));
      case "Reshape" -> List.of(reshape(layer, input));
      case "Permute" -> List.of(permute(layer, input));
      case "Crop" -> List.of(crop(layer, bottoms));
      case "Normalize" -> List.of(normalize(layer, input));
      case "PriorBox" -> List.of(CaffeSsd.priorBox(net, layer, bottoms));
      case "DetectionOutput" -> List.of(CaffeSsd.detectionOutput(net, layer, bottoms));
      default -> throw layer.unsupported("this type is not supported");
    };
  }

  private Window window(CaffeLayer layer) throws LayerException {
    Window window =
        new Window(
            layer.pair("kernel_size", "kernel", 0),
            layer.pair("stride", "stride", 1),
            layer.pair("pad", "pad", 0),
            layer.pair("dilation", "dilation", 1));
    Optional<String> fault = window.fault();
    if (fault.isPresent()) {
      throw layer.malformed(fault.get());
    }
    return window;
  }

  private static long[] rank4(CaffeLayer layer, Blob blob) throws LayerException {
    if (blob.shape().length != 4) {
      throw layer.unsupported("its weights have %d dimensions".formatted(blob.shape().length));
    }
    return blob.shape();
  }

  private static long outputs(CaffeLayer layer) throws LayerException {
    long outputs = layer.number("num_output", 0);
    if (outputs <= 0) {
      throw layer.malformed("num_output is %d, which must be above 0".formatted(outputs));
    }
    return outputs;
  }

  private static void dividing(CaffeLayer layer, long groups, long channels, String what)
      throws LayerException {
    if (groups <= 0 || channels % groups != 0) {
      throw layer.malformed("%d groups do not divide its %d %s".formatted(groups, channels, what));
    }
  }

  /** ConvolutionParameter; base_conv_layer.cpp. */
  private Output convolution(CaffeLayer layer, Output input) throws LayerException {
    if (layer.number("axis", 1) != 1) {
      throw layer.unsupported("channels on an axis other than 1 are not supported");
    }
    Window window = window(layer);
    long outputs = outputs(layer);
    boolean depthwise = !layer.type().equals("Convolution");
    long groups = layer.number("group", depthwise ? outputs : 1);
    dividing(layer, groups, outputs, "outputs");
    Blob weights = layer.blob(0);
    long[] shape = rank4(layer, weights);
    if (shape[0] != outputs || !window.hasKernelOf(shape)) {
      throw layer.mismatch(
          "weights of shape [%d, ?, %d, %d]"
              .formatted(outputs, window.kernel()[0], window.kernel()[1]),
          Arrays.toString(shape));
    }
    layer.checkChannels(net.channels(input), Math.multiplyExact(shape[1], groups));
    return net.convolution(
        layer.name(),
        input,
        new Weights(weights.data(), shape, groups, bias(layer, outputs)),
        window);
  }

  /** Weights as of the convolution that it undoes; deconv_layer.cpp. */
  private Output deconvolution(CaffeLayer layer, Output input) throws LayerException {
    Window window = window(layer);
    long outputs = outputs(layer);
    long groups = layer.number("group", 1);
    dividing(layer, groups, outputs, "outputs");
    Blob weights = layer.blob(0);
    long[] shape = rank4(layer, weights);
    dividing(layer, groups, shape[0], "inputs");
    if (shape[1] != outputs / groups || !window.hasKernelOf(shape)) {
      throw layer.mismatch(
          "weights of shape [?, %d, %d, %d]"
              .formatted(outputs / groups, window.kernel()[0], window.kernel()[1]),
          Arrays.toString(shape));
    }
    layer.checkChannels(net.channels(input), shape[0]);
    return net.deconvolution(
        layer.name(),
        input,
        new Weights(weights.data(), shape, groups, bias(layer, outputs)),
        window,
        new long[2]);
  }

  private static float[] bias(CaffeLayer layer, long outputs) throws LayerException {
    if (!layer.flag("bias_term", true)) {
      return new float[0];
    }
    float[] bias = layer.blob(1).values();
    if (bias.length != outputs) {
      throw layer.mismatch("%d biases".formatted(outputs), Integer.toString(bias.length));
    }
    return bias;
  }

  /** InnerProductParameter; inner_product_layer.cpp for transpose. */
  private Output innerProduct(CaffeLayer layer, Output input) throws LayerException {
    if (layer.number("axis", 1) != 1) {
      throw layer.unsupported("an axis other than 1 is not supported");
    }
    long outputs = outputs(layer);
    boolean transposed = layer.flag("transpose", false);
    Blob weights = layer.blob(0);
    long[] shape = weights.shape();
    if (shape.length < 2) {
      throw layer.unsupported("its weights have %d dimensions".formatted(shape.length));
    }
    // Old files put two dimensions of 1 before the two.
    long[] matrix = Arrays.copyOfRange(shape, shape.length - 2, shape.length);
    boolean more = LongStream.of(shape).limit(shape.length - 2).anyMatch(length -> length != 1);
    if (more || matrix[transposed ? 1 : 0] != outputs) {
      throw layer.mismatch(
          "weights of shape " + (transposed ? "[?, %d]" : "[%d, ?]").formatted(outputs),
          Arrays.toString(shape));
    }
    return net.fullyConnected(
        layer.name(),
        input,
        new Weights(weights.data(), matrix, 1, bias(layer, outputs)),
        transposed);
  }

  /**
   * Caffe rounds up, but lets no window start behind the image and its first padding, and divides
   * by what lies inside the padding; pooling_layer.cpp.
   */
  private Output pooling(CaffeLayer layer, Output input) throws LayerException {
    String method = layer.text("pool").orElse("MAX");
    boolean maximum = method.equals("MAX") || method.equals("0");
    if (!maximum && !method.equals("AVE") && !method.equals("1")) {
      throw layer.unsupported("pooling '%s' is not supported".formatted(method));
    }
    if (layer.flag("global_pooling", false)) {
      return net.globalPool(layer.name(), input, maximum);
    }
    boolean floor = layer.is("round_mode", "FLOOR", "1") || !layer.flag("ceil_mode", true);
    String rounding = floor ? "floor" : "ceil_torch";
    return maximum
        ? net.maxPool(layer.name(), input, window(layer), rounding)
        : net.averagePool(layer.name(), input, window(layer), rounding, true);
  }

  /** ReLUParameter: negative_slope. */
  private Output relu(CaffeLayer layer, Output input) throws LayerException {
    float slope = layer.real("negative_slope", 0);
    return slope == 0
        ? net.apply("ReLU", "opset1", layer.name(), input)
        : net.apply(
            "PReLU",
            "opset1",
            layer.name(),
            input,
            net.floats(layer.name() + "/slope", new float[] {slope}, 1));
  }

  /** One blob: a slope for each channel, or one for all; prelu_layer.cpp. */
  private Output slope(CaffeLayer layer) throws LayerException {
    float[] values = layer.blob(0).values();
    if (layer.flag("channel_shared", false) && values.length != 1) {
      throw layer.mismatch("one slope for all channels", Integer.toString(values.length));
    }
    return net.floats(layer.name() + "/slope", values, values.length);
  }

  /** LRNParameter: alpha is divided by the number of channels summed, in Caffe and in OpenVINO. */
  private Output lrn(CaffeLayer layer, Output input) throws LayerException {
    if (layer.is("norm_region", "WITHIN_CHANNEL", "1")) {
      throw layer.unsupported("normalisation within a channel is not supported");
    }
    return net.add(
        net.op("LRN", "opset1", layer.name())
            .real("alpha", layer.real("alpha", 1))
            .real("beta", layer.real("beta", 0.75f))
            .real("bias", layer.real("k", 1))
            .attribute("size", layer.number("local_size", 5))
            .inputs(input, net.longs(layer.name() + "/axes", 1)));
  }

  /** Blobs: sum of means, sum of variances, and how many were summed; batch_norm_layer.cpp. */
  private Output batchNorm(CaffeLayer layer, Output input) throws LayerException {
    if (!layer.flag("use_global_stats", true)) {
      throw layer.unsupported(
          "statistics of the batch instead of the trained ones are not supported");
    }
    if (layer.hasBlob(3)) {
      throw layer.unsupported("it has more than a mean, a variance and their factor");
    }
    float[] means = layer.blob(0).values();
    float[] variances = layer.blob(1).values();
    float[] factorBlob = layer.blob(2).values();
    if (means.length != variances.length || factorBlob.length != 1) {
      throw layer.mismatch(
          "as many variances as means, and one factor",
          "%d means, %d variances, %d factors"
              .formatted(means.length, variances.length, factorBlob.length));
    }
    float factor = factorBlob[0];
    double scale = factor == 0 ? 0 : 1.0 / factor;
    double epsilon = layer.real("eps", 1e-5f);
    float[] factors = new float[means.length];
    float[] shifts = new float[means.length];
    for (int i = 0; i < means.length; i++) {
      double inverse = 1 / Math.sqrt(variances[i] * scale + epsilon);
      factors[i] = (float) inverse;
      shifts[i] = (float) (-means[i] * scale * inverse);
    }
    return net.scalePerChannel(layer.name(), input, factors, shifts);
  }

  /**
   * ScaleParameter: factors are the first blob or the second bottom, shifts with bias_term the last
   * blob; scale_layer.cpp.
   */
  private Output scale(CaffeLayer layer, List<Output> bottoms) throws LayerException {
    boolean shifted = layer.flag("bias_term", false);
    boolean trained = bottoms.size() == 1;
    Output input = bottoms.getFirst();
    if (trained && shifted && !Arrays.equals(layer.blob(0).shape(), layer.blob(1).shape())) {
      throw layer.mismatch(
          "shifts of the factors' shape",
          "factors of %s and shifts of %s"
              .formatted(
                  Arrays.toString(layer.blob(0).shape()), Arrays.toString(layer.blob(1).shape())));
    }
    if (trained && layer.number("axis", 1) == 1 && trainedRank(layer) == 1) {
      float[] factors = layer.blob(0).values();
      float[] shifts = shifted ? layer.blob(1).values() : new float[factors.length];
      return net.scalePerChannel(layer.name(), input, factors, shifts);
    }
    String name = shifted ? layer.name() + "/scaled" : layer.name();
    Output scaled = spread("Multiply", name, layer, input, operand(layer, bottoms, "/factors"));
    return shifted
        ? spread("Add", layer.name(), layer, scaled, constant(layer, trained ? 1 : 0, "/shifts"))
        : scaled;
  }

  /** BiasParameter: values are the blob or the second bottom; bias_layer.cpp. */
  private Output bias(CaffeLayer layer, List<Output> bottoms) throws LayerException {
    Output shifts = operand(layer, bottoms, "/shifts");
    return spread("Add", layer.name(), layer, bottoms.getFirst(), shifts);
  }

  /** The second bottom; without one, the first blob. */
  private Output operand(CaffeLayer layer, List<Output> bottoms, String name)
      throws LayerException {
    if (bottoms.size() > 2) {
      throw layer.unsupported("more than two bottoms are not supported");
    }
    if (bottoms.size() == 2) {
      return bottoms.get(1);
    }
    trainedRank(layer);
    return constant(layer, 0, name);
  }

  /** How many dimensions the first blob has, which num_axes says too. */
  private static int trainedRank(CaffeLayer layer) throws LayerException {
    // -1: all from the axis on.
    long axes = layer.number("num_axes", 1);
    long[] shape = layer.blob(0).shape();
    if (axes != -1 && axes != shape.length) {
      throw layer.mismatch(
          "values of %d dimensions".formatted(axes), "the shape " + Arrays.toString(shape));
    }
    return shape.length;
  }

  private Output constant(CaffeLayer layer, int index, String name) throws LayerException {
    Blob blob = layer.blob(index);
    return net.floats(layer.name() + name, blob.data(), blob.shape());
  }

  /** Applies values whose first dimension is the input's dimension {@code axis}. */
  private Output spread(String type, String name, CaffeLayer layer, Output input, Output values)
      throws LayerException {
    return net.binary(
        type, name, input, net.aligned(name + "/aligned", values, input, layer.number("axis", 1)));
  }

  /** EltwiseParameter: coeff counts for sums only. */
  private Output eltwise(CaffeLayer layer, List<Output> bottoms) throws LayerException {
    String operation = layer.text("operation").orElse("SUM");
    String type =
        switch (operation) {
          case "PROD", "0" -> "Multiply";
          case "SUM", "1" -> "Add";
          case "MAX", "2" -> "Maximum";
          default -> throw layer.unsupported("'%s' is not supported".formatted(operation));
        };
    List<String> factors = layer.options().texts("coeff");
    Output result = null;
    for (int i = 0; i < bottoms.size(); i++) {
      Output term = bottoms.get(i);
      float factor = i < factors.size() ? Float.parseFloat(factors.get(i)) : 1;
      if (type.equals("Add") && factor != 1) {
        String name = layer.name() + "/term" + i;
        term = net.binary("Multiply", name, term, net.scalar(name + "/factor", factor));
      }
      String name = i == bottoms.size() - 1 ? layer.name() : layer.name() + "/part" + i;
      result = result == null ? term : net.binary(type, name, result, term);
    }
    return result;
  }

  /** FlattenParameter. */
  private Output flatten(CaffeLayer layer, Output input) throws LayerException {
    if (layer.number("axis", 1) != 1 || layer.number("end_axis", -1) != -1) {
      throw layer.unsupported("only flattening all but the first dimension is supported");
    }
    return net.flatten(layer.name(), input);
  }

  /** PermuteParameter of the single-shot detector's branch (github.com/weiliu89/caffe). */
  private Output permute(CaffeLayer layer, Output input) throws LayerException {
    long[] order = layer.numbers("order");
    if (Arrays.equals(order, LongStream.range(0, order.length).toArray())) {
      return input;
    }
    // Fewer would leave the rest in its order, but how many those are is not known here.
    if (!LongStream.of(order)
        .sorted()
        .boxed()
        .toList()
        .equals(LongStream.range(0, order.length).boxed().toList())) {
      throw layer.unsupported("its order does not name every dimension once");
    }
    return net.transpose(layer.name(), input, order);
  }

  /** ReshapeParameter: 0 copies a length, -1 takes what is left. */
  private Output reshape(CaffeLayer layer, Output input) throws LayerException {
    if (layer.number("axis", 0) != 0 || layer.number("num_axes", -1) != -1) {
      throw layer.unsupported("reshaping only some dimensions is not supported");
    }
    List<String> dims =
        layer.options().message("shape").map(shape -> shape.texts("dim")).orElse(List.of());
    try {
      long[] shape = dims.stream().mapToLong(Long::parseLong).toArray();
      layer.checkReshape(input.shape(), shape);
      return net.reshape(layer.name(), input, shape);
    } catch (NumberFormatException e) {
      throw layer.unsupported("its shape is not a list of whole numbers");
    }
  }

  /** SliceParameter: without points the parts are equal; slice_layer.cpp. */
  private List<Output> slice(CaffeLayer layer, Output input) throws LayerException {
    long axis = layer.number("axis", layer.number("slice_dim", 1));
    long[] points = layer.numbers("slice_point");
    int parts = layer.tops().size();
    if (points.length == 0) {
      return net.splitEvenly(layer.name(), input, axis, parts);
    }
    if (points.length != parts - 1) {
      throw layer.unsupported("%d points do not give %d parts".formatted(points.length, parts));
    }
    long[] lengths = new long[parts];
    Arrays.fill(lengths, -1);
    for (int i = 0; i < points.length; i++) {
      lengths[i] = points[i] - (i == 0 ? 0 : points[i - 1]);
      if (lengths[i] <= 0) {
        throw layer.malformed("its slice_points do not grow");
      }
    }
    return net.split(layer.name(), input, axis, lengths);
  }

  /** Cuts the first bottom to the second's height and width; CropParameter, crop_layer.cpp. */
  private Output crop(CaffeLayer layer, List<Output> bottoms) throws LayerException {
    if (layer.number("axis", 2) != 2 || bottoms.size() != 2) {
      throw layer.unsupported("only cropping height and width is supported");
    }
    String name = layer.name();
    long[] offsets = layer.numbers("offset");
    long top = offsets.length > 0 ? offsets[0] : 0;
    long left = offsets.length > 1 ? offsets[1] : top;
    Output start = net.longs(name + "/start", top, left);
    Output stop =
        net.op("Add", "opset1", name + "/stop")
            .attribute("auto_broadcast", "numpy")
            .inputs(net.spatialSize(name, bottoms.get(1)), start)
            .output(ElementType.I64, PartialShape.of(2))
            .add()
            .output(0);
    return net.slice(name, bottoms.getFirst(), start, stop);
  }

  /** SSD's layer: each place's vector over the channels gets length 1, then a factor. */
  private Output normalize(CaffeLayer layer, Output input) throws LayerException {
    boolean acrossSpace = layer.flag("across_spatial", true);
    NodeBuilder norm =
        net.op("NormalizeL2", "opset1", layer.name() + "/unit")
            .real("eps", layer.real("eps", 1e-10f))
            .attribute("eps_mode", "add")
            .inputs(
                input,
                acrossSpace
                    ? net.longs(layer.name() + "/axes", 1, 2, 3)
                    : net.longs(layer.name() + "/axes", 1));
    float[] factors = layer.blob(0).values();
    if (layer.flag("channel_shared", true) && factors.length != 1) {
      throw layer.mismatch("one factor for all channels", Integer.toString(factors.length));
    }
    Output normalized = net.add(norm);
    return factors.length == 1
        ? net.binary(
            "Multiply", layer.name(), normalized, net.scalar(layer.name() + "/factor", factors[0]))
        : net.scalePerChannel(layer.name(), normalized, factors, new float[factors.length]);
  }
}
