package dev.inferlab.modelir.caffe;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;

/**
 * ArgMaxParameter: where the {@code top_k} largest values are, as floats; with {@code out_max_val}
 * the values instead of the places (along an axis) or beneath them (of a whole picture). Of equal
 * values the last one comes first; argmax_layer.cpp.
 */
final class CaffeArgMax {
  private final NetBuilder net;
  private final CaffeLayer layer;
  private final String name;

  private CaffeArgMax(NetBuilder net, CaffeLayer layer) {
    this.net = net;
    this.layer = layer;
    this.name = layer.name();
  }

  static Output apply(NetBuilder net, CaffeLayer layer, Output input) throws LayerException {
    CaffeArgMax rule = new CaffeArgMax(net, layer);
    long count = layer.number("top_k", 1);
    if (count < 1) {
      throw layer.unsupported("top_k is less than 1");
    }
    return layer.text("axis").isPresent()
        ? rule.alongAxis(input, count, layer.number("axis", 0))
        : rule.ofPicture(input, count);
  }

  private Output alongAxis(Output input, long count, long axis) {
    boolean values = layer.flag("out_max_val", false);
    Largest largest = largest(input, count, axis, values ? "/places" : "");
    return values ? largest.values() : largest.places();
  }

  /** [N, 1, k] or, with values beneath, [N, 2, k]; with 1s behind up to the input's rank. */
  private Output ofPicture(Output input, long count) {
    Largest largest = largest(net.flatten(name + "/flat", input), count, 1, "/found");
    Output found = net.reshape(name + "/places", largest.places(), 0, 1, count);
    if (layer.flag("out_max_val", false)) {
      Output values = net.reshape(name + "/values", largest.values(), 0, 1, count);
      found = net.concat(name + "/both", 1, found, values);
    }
    Output more =
        net.longBinary(
            "Maximum",
            name + "/more",
            net.longBinary(
                "Subtract",
                name + "/above",
                net.rank(name + "/input", input),
                net.longs(name + "/three", 3)),
            net.longs(name + "/none", 0));
    return net.withOnesBehind(name, found, more);
  }

  private record Largest(Output values, Output places) {}

  /**
   * OpenVINO names the first of equal values: it is given the values from last to first, and its
   * places are counted from the end.
   */
  private Largest largest(Output input, long count, long axis, String suffix) {
    Output turned =
        net.apply(
            "Slice",
            "opset8",
            name + "/turned",
            input,
            net.longs(name + "/start", -1),
            net.longs(name + "/stop", Integer.MIN_VALUE),
            net.longs(name + "/step", -1),
            net.longs(name + "/axis", axis));
    Node top =
        net.op("TopK", "opset11", name + "/top")
            .attribute("axis", axis)
            .attribute("mode", "max")
            .attribute("sort", "value")
            .attribute("index_element_type", "i64")
            .attribute("stable", true)
            .inputs(turned, net.constant(name + "/k", ConstantData.ofLongs(count), ElementType.I64))
            .output(ElementType.F32, PartialShape.unknownRank())
            .output(ElementType.I64, PartialShape.unknownRank())
            .add();
    Output last =
        net.longBinary(
            "Subtract",
            name + "/last",
            net.lengths(name + "/axis", input, axis),
            net.longs(name + "/one", 1));
    Output places = net.longBinary("Subtract", name + "/index", last, top.output(1));
    return new Largest(
        top.output(0),
        net.add(
            net.op("Convert", "opset1", name + suffix)
                .attribute("destination_type", "f32")
                .inputs(places)));
  }
}
