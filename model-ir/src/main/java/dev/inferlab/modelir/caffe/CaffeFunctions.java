package dev.inferlab.modelir.caffe;

import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;

/** Layers that apply a function to {@code shift + scale * x}, each element by itself. */
final class CaffeFunctions {
  private CaffeFunctions() {}

  /** PowerParameter: (shift + scale * x) ^ power. */
  static Output power(NetBuilder net, CaffeLayer layer, Output input) throws LayerException {
    String name = layer.name();
    return net.binary(
        "Power",
        name,
        linear(net, layer, input, 1),
        net.scalar(name + "/exponent", layer.real("power", 1)));
  }

  /** ExpParameter: base ^ (shift + scale * x); exp_layer.cpp. */
  static Output exp(NetBuilder net, CaffeLayer layer, Output input) throws LayerException {
    Output exponent = linear(net, layer, input, logOfBase(layer));
    return net.apply("Exp", "opset1", layer.name(), exponent);
  }

  /** LogParameter: log of (shift + scale * x) to the base; log_layer.cpp. */
  static Output log(NetBuilder net, CaffeLayer layer, Output input) throws LayerException {
    String name = layer.name();
    double log = logOfBase(layer);
    if (log == 0) {
      throw layer.unsupported("there is no logarithm to the base 1");
    }
    Output linear = linear(net, layer, input, 1);
    if (log == 1) {
      return net.apply("Log", "opset1", name, linear);
    }
    return net.binary(
        "Multiply",
        name,
        net.apply("Log", "opset1", name + "/natural", linear),
        net.scalar(name + "/base", (float) (1 / log)));
  }

  /** -1, which is the default, means e. */
  private static double logOfBase(CaffeLayer layer) throws LayerException {
    float base = layer.real("base", -1);
    if (base == -1) {
      return 1;
    }
    if (!(base > 0) || Float.isInfinite(base)) {
      throw layer.unsupported("its base is neither above 0 nor -1 for e");
    }
    return Math.log(base);
  }

  /** {@code factor * (shift + scale * x)}. */
  private static Output linear(NetBuilder net, CaffeLayer layer, Output input, double factor)
      throws LayerException {
    float scale = (float) (factor * layer.real("scale", 1));
    float shift = (float) (factor * layer.real("shift", 0));
    Output result = input;
    if (scale != 1) {
      String name = layer.name() + "/scale";
      result = net.binary("Multiply", name, result, net.scalar(name + "/value", scale));
    }
    if (shift != 0) {
      String name = layer.name() + "/shift";
      result = net.binary("Add", name, result, net.scalar(name + "/value", shift));
    }
    return result;
  }
}
