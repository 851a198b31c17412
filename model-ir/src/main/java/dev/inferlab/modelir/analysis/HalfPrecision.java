package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of the weights of a model that was to be written in FP16, in words for a person.
 * OpenVINO keeps weights in FP32 where FP16 lacks three quarters of their values or where its
 * errors would grow, and clamps the values of others to the range of FP16.
 */
public final class HalfPrecision {
  private static final double LARGEST = 65504;

  /** Half of the least positive number: what is smaller becomes 0. */
  private static final double SMALLEST = 0x1p-25;

  private static final int MOST_NAMED = 5;

  private final List<String> lacking = new ArrayList<>();
  private final List<String> sensitive = new ArrayList<>();
  private final List<String> clamped = new ArrayList<>();

  private HalfPrecision() {}

  /**
   * Notes on a model that was just written so; empty when all its weights are plain FP16. Whether a
   * value was clamped now, earlier or never is not to be seen: it may come from a file in FP16.
   */
  public static List<String> notes(Graph graph) {
    HalfPrecision found = new HalfPrecision();
    found.look(graph);
    List<String> notes = new ArrayList<>();
    note(notes, "Weights stay in FP32 where FP16 lacks most of their values: %s.", found.lacking);
    note(
        notes,
        "Weights stay in FP32 where OpenVINO holds FP16 for too coarse: %s.",
        found.sensitive);
    note(
        notes,
        "Values stand at the end of the range of FP16 (±65,504), to which a conversion clamps larger ones: %s.",
        found.clamped);
    return notes;
  }

  private static void note(List<String> notes, String text, List<String> weights) {
    if (!weights.isEmpty()) {
      String named = weights.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
      int more = weights.size() - MOST_NAMED;
      notes.add(text.formatted(more > 0 ? "%s and %d more".formatted(named, more) : named));
    }
  }

  private void look(Graph graph) {
    for (Node node : graph.nodes()) {
      node.bodies().values().forEach(this::look);
      if (node.isConstant() && Parameters.isWeight(node)) {
        ElementType type = node.output(0).type();
        if (type == ElementType.F32) {
          kept(node);
        } else if (type == ElementType.F16) {
          clamped(node);
        }
      }
    }
  }

  private void kept(Node node) {
    long elements = node.output(0).shape().elements().orElse(0);
    long lost = 0;
    for (long i = 0; i < elements; i++) {
      double size = Math.abs(node.data().get(ElementType.F32, i));
      lost += size > LARGEST || (size > 0 && size < SMALLEST) ? 1 : 0;
    }
    if (2 * lost > elements) {
      lacking.add("'%s' (%,d of %,d)".formatted(node.name(), lost, elements));
    } else if (elements > 0) {
      sensitive.add("'%s'".formatted(node.name()));
    }
  }

  private void clamped(Node node) {
    long elements = node.output(0).shape().elements().orElse(0);
    long atEnd = 0;
    for (long i = 0; i < elements; i++) {
      atEnd += Math.abs(node.data().get(ElementType.F16, i)) == LARGEST ? 1 : 0;
    }
    if (atEnd > 0) {
      // The compression adds to the name.
      String name = node.name().replaceFirst("_compressed$", "");
      clamped.add("'%s' (%,d of %,d)".formatted(name, atEnd, elements));
    }
  }
}
