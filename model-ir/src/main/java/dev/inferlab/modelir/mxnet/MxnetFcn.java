package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.Arrays;
import java.util.List;

/**
 * Operators of fully convolutional networks and of embeddings (mxnet.apache.org, "Python API,
 * mxnet.symbol": add_n, Crop, UpSampling, Reshape, L2Normalization).
 */
final class MxnetFcn {
  private MxnetFcn() {}

  static Output sum(NetBuilder net, MxnetNode node, List<Output> data) {
    Output sum = data.getFirst();
    for (int i = 1; i < data.size(); i++) {
      String name = i == data.size() - 1 ? node.name() : node.name() + "/part" + i;
      sum = net.binary("Add", name, sum, data.get(i));
    }
    return sum;
  }

  /** Cuts height and width to the second input's, from an offset or around the centre. */
  static Output crop(NetBuilder net, MxnetNode node, List<Output> data) throws LayerException {
    if (data.size() != 2) {
      throw node.unsupported("only cropping to the size of a second input is supported");
    }
    String name = node.name();
    Output size = net.spatialSize(name, data.get(1));
    Output start = net.longs(name + "/offset", node.pair("offset", 0));
    if (node.flag("center_crop", false)) {
      Output whole = net.spatialSize(name + "/whole", data.get(0));
      Output rest = net.longBinary("Subtract", name + "/rest", whole, size);
      start = net.longBinary("Divide", name + "/half", rest, net.longs(name + "/two", 2, 2));
    }
    Output stop = net.longBinary("Add", name + "/stop", start, size);
    return net.slice(name, data.getFirst(), start, stop);
  }

  static Output upSampling(NetBuilder net, MxnetNode node, List<Output> data)
      throws LayerException {
    if (!node.text("sample_type", "").equals("nearest") || data.size() != 1) {
      throw node.unsupported("only one input and its nearest values are supported");
    }
    String name = node.name();
    float scale = node.number("scale", 1);
    return net.add(
        net.op("Interpolate", "opset11", name)
            .attribute("mode", "nearest")
            .attribute("shape_calculation_mode", "scales")
            .attribute("coordinate_transformation_mode", "asymmetric")
            .attribute("nearest_mode", "floor")
            .attribute("antialias", false)
            .attribute("pads_begin", 0)
            .attribute("pads_end", 0)
            .real("cube_coeff", -0.75f)
            .inputs(
                data.getFirst(),
                net.floats(name + "/scales", new float[] {scale, scale}, 2),
                net.longs(name + "/axes", 2, 3)));
  }

  static Output reshape(NetBuilder net, MxnetNode node, Output input) throws LayerException {
    long[] shape = node.numbers("shape");
    if (shape.length == 0
        || node.flag("reverse", false)
        || Arrays.stream(shape).anyMatch(length -> length < -1)) {
      throw node.unsupported("only lengths, 0 and -1 are supported");
    }
    node.checkReshape(input.shape(), shape);
    return net.reshape(node.name(), input, shape);
  }

  /** Divides by the length of the vector of a picture, of a place, or of a channel. */
  static Output normalize(NetBuilder net, MxnetNode node, Output input) throws LayerException {
    String name = node.name();
    return switch (node.text("mode", "instance")) {
      case "channel" -> unit(net, node, name, input, 1);
      case "spatial" -> unit(net, node, name, input, 2, 3);
      case "instance" -> {
        Output rows = net.flatten(name + "/flatten", input);
        Output shape =
            net.op("ShapeOf", "opset3", name + "/shape")
                .attribute("output_type", "i64")
                .inputs(input)
                .output(ElementType.I64, PartialShape.of(-1))
                .add()
                .output(0);
        yield net.add(
            net.op("Reshape", "opset1", name)
                .attribute("special_zero", false)
                .inputs(unit(net, node, name + "/unit", rows, 1), shape));
      }
      case String mode -> throw node.unsupported("the mode '%s' is unknown".formatted(mode));
    };
  }

  private static Output unit(
      NetBuilder net, MxnetNode node, String name, Output input, long... axes)
      throws LayerException {
    return net.add(
        net.op("NormalizeL2", "opset1", name)
            .real("eps", node.real("eps", 1e-10f))
            .attribute("eps_mode", "add")
            .inputs(input, net.longs(name + "/axes", axes)));
  }
}
