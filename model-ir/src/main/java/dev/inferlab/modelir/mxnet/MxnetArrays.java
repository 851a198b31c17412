package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import java.util.Locale;

/**
 * Operators that cut, widen and average arrays of any meaning (mxnet.apache.org, "Python API,
 * mxnet.symbol": slice_axis, expand_dims, mean, Pad).
 */
final class MxnetArrays {
  private MxnetArrays() {}

  /**
   * From {@code begin} to before {@code end} along one axis; negative numbers count from its end.
   */
  static Output sliceAxis(NetBuilder net, MxnetNode node, Output input) throws LayerException {
    long end = node.text("end", "None").equals("None") ? Integer.MAX_VALUE : node.number("end", 0);
    return net.slice(node.name(), input, node.number("axis", 0), node.number("begin", 0), end);
  }

  static Output expandDims(NetBuilder net, MxnetNode node, Output input) throws LayerException {
    String name = node.name();
    return net.apply(
        "Unsqueeze", "opset1", name, input, net.longs(name + "/axis", node.number("axis", 0)));
  }

  /** Over all of the array, which leaves one number, unless axes are given. */
  static Output mean(NetBuilder net, MxnetNode node, Output input) throws LayerException {
    String name = node.name();
    boolean all = node.text("axis", "None").equals("None") || node.numbers("axis").length == 0;
    boolean kept = node.flag("keepdims", false);
    if (node.flag("exclude", false) || all && kept) {
      throw node.unsupported("only means over given axes, or over all of an array, are supported");
    }
    return net.add(
        net.op("ReduceMean", "opset1", name)
            .attribute("keep_dims", all || kept)
            .inputs(
                all ? net.reshape(name + "/all", input, -1) : input,
                net.longs(name + "/axes", all ? new long[] {0} : node.numbers("axis"))));
  }

  /** {@code pad_width} has two numbers for each axis: before it and behind it. */
  static Output pad(NetBuilder net, MxnetNode node, Output input) throws LayerException {
    String mode = node.text("mode", "").toLowerCase(Locale.ROOT);
    long[] widths = node.numbers("pad_width");
    boolean known = mode.equals("constant") || mode.equals("edge") || mode.equals("reflect");
    if (!known || widths.length == 0 || widths.length % 2 != 0) {
      throw node.unsupported("the mode '%s' or its widths are not supported".formatted(mode));
    }
    long[] before = new long[widths.length / 2];
    long[] behind = new long[before.length];
    for (int i = 0; i < before.length; i++) {
      before[i] = widths[2 * i];
      behind[i] = widths[2 * i + 1];
    }
    String name = node.name();
    return net.add(
        net.op("Pad", "opset1", name)
            .attribute("pad_mode", mode)
            .inputs(
                input,
                net.longs(name + "/before", before),
                net.longs(name + "/behind", behind),
                net.scalar(name + "/value", node.real("constant_value", 0))));
  }
}
