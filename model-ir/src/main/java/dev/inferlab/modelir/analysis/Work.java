package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Operations of one inference. A multiply and an add are two; an element-wise operation is one an
 * element; moving data is none; what constants alone decide is none. A loop's body counts as often
 * as it runs. What has no rule in {@link NodeWork} is left out and noted, or leaves the figure
 * empty if it is likely to be a large part of it.
 */
record Work(OptionalLong floatOperations, OptionalLong integerOperations) {

  /** Heavy operations for which there is no rule; a figure without them would mislead. */
  private static final Set<String> HEAVY_WITHOUT_RULE =
      Set.of(
          "LSTMCell", // of the old form
          "LSTMSequence",
          "AUGRUCell",
          "AUGRUSequence",
          "Einsum",
          "DFT",
          "IDFT",
          "RDFT",
          "IRDFT",
          "STFT",
          "ISTFT",
          "Inverse",
          "DeformableConvolution",
          "ScaledDotProductAttention",
          "PagedAttentionExtension");

  static Work of(Graph graph, Folded folded, List<String> notes) {
    Counter counter = new Counter(graph, notes);
    try {
      Optional<Tally> tally = counter.count(graph, folded);
      if (tally.isPresent()) {
        counter.noteWhatIsLeftOut();
        return new Work(
            OptionalLong.of(tally.get().floats()), OptionalLong.of(tally.get().integers()));
      }
    } catch (ArithmeticException e) {
      notes.add("The work is more than can be counted.");
    }
    return new Work(OptionalLong.empty(), OptionalLong.empty());
  }

  /** True for the operations that do nearly all of a network's work. */
  static boolean isHeavy(Node node) {
    return switch (node.type()) {
      case "Convolution", "GroupConvolution", "ConvolutionBackpropData" -> true;
      case "GroupConvolutionBackpropData", "MatMul" -> true;
      default -> false;
    };
  }

  private record Tally(long floats, long integers) {
    static final Tally NOTHING = new Tally(0, 0);

    Tally plus(Tally other) {
      return new Tally(
          Math.addExact(floats, other.floats), Math.addExact(integers, other.integers));
    }

    Tally times(long factor) {
      return new Tally(Math.multiplyExact(floats, factor), Math.multiplyExact(integers, factor));
    }
  }

  private static final class Counter {
    private final List<String> notes;
    private final SortedSet<String> leftOut = new TreeSet<>();
    private final boolean reshapable;

    Counter(Graph graph, List<String> notes) {
      this.notes = notes;
      this.reshapable =
          graph.parameters().stream().anyMatch(node -> !node.output(0).shape().isStatic());
    }

    /** Empty if it cannot be told; a note says why. */
    Optional<Tally> count(Graph graph, Folded folded) {
      Tally sum = Tally.NOTHING;
      for (Node node : graph.nodes()) {
        if (folded.contains(node) || node.outputs().isEmpty()) {
          continue;
        }
        Optional<Tally> work = node.bodies().isEmpty() ? ofNode(node) : ofBodies(node);
        if (work.isEmpty()) {
          return work;
        }
        sum = sum.plus(work.get());
      }
      return Optional.of(sum);
    }

    private Optional<Tally> ofNode(Node node) {
      if (!NodeWork.hasRule(node)) {
        if (HEAVY_WITHOUT_RULE.contains(node.type())) {
          return unknown(
              "The work of %s is not counted, so neither is the model's.".formatted(node));
        }
        leftOut.add(node.type());
        return Optional.of(Tally.NOTHING);
      }
      OptionalLong work = NodeWork.of(node);
      if (work.isEmpty()) {
        return unknown(
            reshapable
                ? "The work depends on lengths that the model leaves open (first at %s); reshape it."
                    .formatted(node)
                : "The work depends on lengths that the model computes while it runs (first at %s)."
                    .formatted(node));
      }
      boolean integers =
          node.is("BinaryConvolution") || (isHeavy(node) && Quantized.runsInIntegers(node));
      return Optional.of(
          integers ? new Tally(0, work.getAsLong()) : new Tally(work.getAsLong(), 0));
    }

    private Optional<Tally> ofBodies(Node node) {
      Tally once = null;
      for (Graph body : node.bodies().values()) {
        Optional<Tally> work = count(body, new Folded(body));
        if (work.isEmpty()) {
          return work;
        }
        if (once != null && !once.equals(work.get())) {
          return unknown(
              "Which branch of %s is taken, and so its work, is up to the data.".formatted(node));
        }
        once = work.get();
      }
      if (node.is("If") || once.equals(Tally.NOTHING)) {
        return Optional.of(once);
      }
      OptionalLong trips = TripCount.of(node);
      return trips.isPresent()
          ? Optional.of(once.times(trips.getAsLong()))
          : unknown(
              "How often %s runs its body, and so its work, is up to the data.".formatted(node));
    }

    private Optional<Tally> unknown(String reason) {
      notes.add(reason);
      return Optional.empty();
    }

    void noteWhatIsLeftOut() {
      if (!leftOut.isEmpty()) {
        notes.add(
            "The work of %s has no rule and is left out of the figure."
                .formatted(String.join(", ", leftOut)));
      }
    }
  }
}
