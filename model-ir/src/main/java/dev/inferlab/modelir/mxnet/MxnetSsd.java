package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.NodeBuilder;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;

/**
 * The single-shot detector's operators, as multibox_prior.cc and multibox_detection.cc of MXNet's
 * src/operator/contrib compute them. OpenVINO's PriorBox and DetectionOutput follow Caffe, which
 * forms other boxes and lets one place have several classes.
 */
final class MxnetSsd {
  private static final float NOTHING = -1;

  private final NetBuilder net;
  private final MxnetNode node;
  private final String name;

  private MxnetSsd(NetBuilder net, MxnetNode node) {
    this.net = net;
    this.node = node;
    this.name = node.name();
  }

  /**
   * Boxes [1, height * width * (sizes + ratios - 1), 4] (left, top, right, bottom, of a picture of
   * length 1) around each place of a map [N, C, height, width]: of every size in the first ratio,
   * then of the first size in the other ratios.
   */
  static Output prior(NetBuilder net, MxnetNode node, Output map) throws LayerException {
    return new MxnetSsd(net, node).prior(map);
  }

  /**
   * What is found: [N, boxes, 6], rows of class, score, left, top, right, bottom, by falling score.
   * The class is -1 where a better box of the class covers this one; behind those that reach the
   * threshold all numbers are -1.
   *
   * @param data scores [N, classes, boxes], of which class 0 is the background; offsets [N, boxes *
   *     4]; boxes [1, boxes, 4]
   */
  static Output detection(NetBuilder net, MxnetNode node, List<Output> data) throws LayerException {
    if (data.size() != 3) {
      throw node.unsupported("it needs scores, offsets and boxes");
    }
    return new MxnetSsd(net, node).detection(data.get(0), data.get(1), data.get(2));
  }

  private Output prior(Output map) throws LayerException {
    float[] sizes = node.reals("sizes", 1);
    float[] ratios = node.reals("ratios", 1);
    float[] steps = pair("steps", -1);
    float[] offsets = pair("offsets", 0.5f);
    int boxes = sizes.length + ratios.length - 1;
    float[] widths = new float[4 * boxes];
    float[] heights = new float[4 * boxes];
    for (int i = 0; i < boxes; i++) {
      float size = i < sizes.length ? sizes[i] : sizes[0];
      double ratio = Math.sqrt(i < sizes.length ? ratios[0] : ratios[i - sizes.length + 1]);
      widths[4 * i] = (float) (-size * ratio / 2);
      widths[4 * i + 2] = -widths[4 * i];
      heights[4 * i + 1] = (float) (-size / ratio / 2);
      heights[4 * i + 3] = -heights[4 * i + 1];
    }
    Output height = net.length(name + "/height", map, 2);
    Output width = net.length(name + "/width", map, 3);
    Output rows = centres("/rows", height, offsets[0], steps[0], new float[] {0, 1, 0, 1});
    Output columns = centres("/columns", width, offsets[1], steps[1], new float[] {1, 0, 1, 0});
    Output places =
        binary(
            "Add",
            "/places",
            net.reshape(name + "/down", rows, -1, 1, 1, 4),
            net.reshape(name + "/across", columns, 1, -1, 1, 4));
    // A square box of a size stays square on a picture that is not.
    Output form = binary("Divide", "/form", real("/tall", height), real("/wide", width));
    Output wide =
        binary("Multiply", "/half_widths", net.floats(name + "/widths", widths, boxes, 4), form);
    Output around =
        binary("Add", "/around", wide, net.floats(name + "/heights", heights, boxes, 4));
    Output all = binary("Add", "/all", places, around);
    return node.flag("clip", false)
        ? clipped(name, net.reshape(name + "/boxes", all, 1, -1, 4))
        : net.reshape(name, all, 1, -1, 4);
  }

  /** [length, 4]: the place's coordinate where the mask is 1. */
  private Output centres(String part, Output length, float offset, float step, float[] mask) {
    Output shifted =
        binary("Add", part + "/shifted", count(part, length), scalar(part + "/offset", offset));
    Output scaled =
        step > 0
            ? binary("Multiply", part + "/scaled", shifted, scalar(part + "/step", step))
            : binary("Divide", part + "/scaled", shifted, real(part + "/length", length));
    return binary(
        "Multiply",
        part,
        net.reshape(name + part + "/column", scaled, -1, 1),
        net.floats(name + part + "/mask", mask, 4));
  }

  private Output detection(Output scores, Output offsets, Output boxes) throws LayerException {
    float overlap = node.real("nms_threshold", 0.5f);
    if (node.number("background_id", 0) != 0 || !(overlap > 0 && overlap <= 1)) {
      throw node.unsupported("another background than 0, or no suppression, is not supported");
    }
    float threshold = node.real("threshold", 0.01f);
    Output classes = net.slice(name + "/classes", scores, 1, 1, Integer.MAX_VALUE);
    Node best = top("/best", classes, net.constantLong(name + "/one", 1));
    Output score = net.reshape(name + "/score", best.output(0), 0, -1);
    Output rows =
        net.concat(
            name + "/rows",
            2,
            net.reshape(name + "/class", real("/label", best.output(1)), 0, -1, 1),
            net.reshape(name + "/score_column", score, 0, -1, 1),
            decoded(offsets, boxes));

    Output count = net.length(name + "/count", score, 1);
    Output limit = scalar("/threshold", threshold);
    Node order = top("/order", reaching("/reaching", score, limit, score), count);
    Output sorted = gathered(rows, order.output(1));
    Output candidates = firstOnes(order.output(0), count);

    Output label = net.slice(name + "/label_column", sorted, 2, 0, 1);
    Output box = net.slice(name + "/box_columns", sorted, 2, 2, 6);
    Output kept = kept(box, perClass(label, candidates, classes), count, overlap);
    Output column = net.reshape(name + "/candidate_column", candidates, 0, -1, 1);
    return net.concat(
        name,
        2,
        reaching("/labels", kept, scalar("/half", 0.5f), label),
        reaching("/rest", column, limit, net.slice(name + "/values", sorted, 2, 1, 6)));
  }

  /** Offsets are of the centre, in lengths of the box, and of the logarithm of its length. */
  private Output decoded(Output offsets, Output boxes) throws LayerException {
    float[] variances = node.reals("variances", 0.1f, 0.1f, 0.2f, 0.2f);
    if (variances.length != 4) {
      throw node.unsupported("it needs four variances");
    }
    List<Output> corners = net.split(name + "/corners", boxes, -1, 2, 2);
    Output length = binary("Subtract", "/box_length", corners.get(1), corners.get(0));
    Output half = binary("Multiply", "/box_half", length, scalar("/a_half", 0.5f));
    Output centre = binary("Add", "/box_centre", corners.get(0), half);
    Output scaled =
        binary(
            "Multiply",
            "/scaled_offsets",
            net.reshape(name + "/offsets", offsets, 0, -1, 4),
            net.floats(name + "/variances", variances, 4));
    List<Output> parts = net.split(name + "/offset_parts", scaled, -1, 2, 2);
    Output place =
        binary("Add", "/centre", binary("Multiply", "/moved", parts.get(0), length), centre);
    Output growth = net.apply("Exp", "opset1", name + "/growth", parts.get(1));
    Output reach = binary("Multiply", "/reach", growth, half);
    Output result =
        net.concat(
            name + "/decoded",
            2,
            binary("Subtract", "/begin", place, reach),
            binary("Add", "/end", place, reach));
    return node.flag("clip", true) ? clipped(name + "/clipped", result) : result;
  }

  /**
   * Only so many take part, where {@code nms_topk} says it. (MXNet on a CPU leaves those behind as
   * they lay, unsorted and some of them twice; here they are gone, as is meant.)
   */
  private Output firstOnes(Output sortedScores, Output count) throws LayerException {
    long most = node.number("nms_topk", -1);
    if (most <= 0) {
      return sortedScores;
    }
    Output place = count("/rank", count);
    Output inside =
        net.add(compare("Less", "/inside", place, scalar("/most", most)), ElementType.BOOLEAN);
    return select("/first", inside, sortedScores);
  }

  /** [N, classes, boxes]: a box has its score in its own class; or [N, 1, boxes] for all alike. */
  private Output perClass(Output label, Output candidates, Output classes) throws LayerException {
    Output score = net.reshape(name + "/candidate_rows", candidates, 0, 1, -1);
    if (node.flag("force_suppress", false)) {
      return score;
    }
    Output number = count("/class_number", net.length(name + "/class_count", classes, 1));
    Output own =
        net.add(
            compare(
                "Equal",
                "/own",
                net.reshape(name + "/label_rows", label, 0, 1, -1),
                net.reshape(name + "/class_column", number, 1, -1, 1)),
            ElementType.BOOLEAN);
    return select("/own_scores", own, score);
  }

  /** [N, boxes, 1]: 1 for a box that no better one of its class covers, else 0. */
  private Output kept(Output boxes, Output scores, Output count, float overlap) {
    Output found =
        net.op("NonMaxSuppression", "opset9", name + "/nms")
            .attribute("box_encoding", "corner")
            .attribute("sort_result_descending", false)
            .attribute("output_type", "i64")
            .inputs(boxes, scores, count, scalar("/overlap", overlap), scalar("/least", 0))
            .output(ElementType.I64, PartialShape.of(-1, 3))
            .output(ElementType.F32, PartialShape.of(-1, 3))
            .output(ElementType.I64, PartialShape.of(1))
            .add()
            .output(0);
    // One column more takes a mark that is always there: there may be no box to mark.
    Output marks =
        net.longBinary(
            "Add",
            name + "/marks",
            net.gather(name + "/batch_and_box", found, 1, 0, 2),
            net.longs(name + "/behind_column", 0, 1));
    Output all =
        net.add(
            net.op("Concat", "opset1", name + "/all_marks")
                .attribute("axis", 0)
                .inputs(
                    net.constant(name + "/mark", ConstantData.ofLongs(0, 0), ElementType.I64, 1, 2),
                    marks),
            ElementType.I64);
    Output ones =
        net.add(
            net.op("Broadcast", "opset3", name + "/ones")
                .attribute("mode", "numpy")
                .inputs(scalar("/mark_value", 1), net.lengths(name + "/mark_count", all, 0)));
    Output size =
        net.add(
            net.op("Concat", "opset1", name + "/table_size")
                .attribute("axis", 0)
                .inputs(
                    net.lengths(name + "/pictures", boxes, 0),
                    net.longBinary(
                        "Add",
                        name + "/columns",
                        net.lengths(name + "/boxes", boxes, 1),
                        net.longs(name + "/one_more", 1))),
            ElementType.I64);
    Output table =
        net.add(
            net.op("Broadcast", "opset3", name + "/table")
                .attribute("mode", "numpy")
                .inputs(scalar("/no_mark", 0), size));
    Output marked = net.apply("ScatterNDUpdate", "opset4", name + "/marked", table, all, ones);
    return net.reshape(
        name + "/kept",
        net.slice(name + "/own_columns", marked, 1, 1, Integer.MAX_VALUE),
        0,
        -1,
        1);
  }

  private Node top(String part, Output values, Output count) {
    return net.op("TopK", "opset11", name + part)
        .attribute("axis", 1)
        .attribute("mode", "max")
        .attribute("sort", "value")
        .attribute("index_element_type", "i64")
        .attribute("stable", true)
        .inputs(values, count)
        .output(ElementType.F32, PartialShape.unknownRank())
        .output(ElementType.I64, PartialShape.unknownRank())
        .add();
  }

  /** Rows of each picture in this order. */
  private Output gathered(Output rows, Output order) {
    return net.add(
        net.op("Gather", "opset8", name + "/sorted")
            .attribute("batch_dims", 1)
            .inputs(rows, order, net.constantLong(name + "/row_axis", 1)));
  }

  /** The values where the measure reaches the limit, else -1. */
  private Output reaching(String part, Output measure, Output limit, Output values) {
    Output reaches =
        net.add(compare("GreaterEqual", part + "/condition", measure, limit), ElementType.BOOLEAN);
    return select(part, reaches, values);
  }

  private Output select(String part, Output condition, Output values) {
    return net.add(
        net.op("Select", "opset1", name + part)
            .attribute("auto_broadcast", "numpy")
            .inputs(condition, values, scalar(part + "/nothing", NOTHING)));
  }

  private NodeBuilder compare(String type, String part, Output left, Output right) {
    return net.op(type, "opset1", name + part)
        .attribute("auto_broadcast", "numpy")
        .inputs(left, right);
  }

  /** 0, 1, … up to before {@code end}, as floats. */
  private Output count(String part, Output end) {
    return net.add(
        net.op("Range", "opset4", name + part + "/range")
            .attribute("output_type", "f32")
            .inputs(
                net.constantLong(name + part + "/from", 0),
                end,
                net.constantLong(name + part + "/by", 1)));
  }

  private Output clipped(String wish, Output boxes) {
    return net.add(net.op("Clamp", "opset1", wish).real("min", 0).real("max", 1).inputs(boxes));
  }

  private Output real(String part, Output whole) {
    return net.add(
        net.op("Convert", "opset1", name + part)
            .attribute("destination_type", "f32")
            .inputs(whole));
  }

  private Output binary(String type, String part, Output left, Output right) {
    return net.binary(type, name + part, left, right);
  }

  private Output scalar(String part, float value) {
    return net.scalar(name + part, value);
  }

  private float[] pair(String key, float absent) throws LayerException {
    float[] both = node.reals(key, absent, absent);
    if (both.length != 2) {
      throw node.unsupported("'%s' needs two numbers".formatted(key));
    }
    return both;
  }
}
