package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.inspect.Operations.Ending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Collects the operations of one network, and follows its outputs back to what makes them. */
final class OperationWalk {
  /** Steps back from an output: a softmax is at the end or just before a change of form. */
  private static final int MOST_STEPS = 6;

  /** Of the tensors of a model from strangers; no network that is known has as many. */
  private static final int MOST_TENSORS = 100_000;

  /** In small letters: formats spell the same operations differently. */
  private static final Set<String> SOFTMAX =
      Set.of("softmax", "softmaxoutput", "softmaxactivation");

  /** What changes the form of values, not the values. */
  private static final Set<String> FORM =
      Set.of(
          "cast",
          "convert",
          "dequantize",
          "dropout",
          "fakequantize",
          "flatten",
          "flatten_contiguous_range",
          "identity",
          "quantize",
          "reshape",
          "reshape2",
          "squeeze",
          "squeeze2");

  private static final Set<String> FUNCTIONS =
      Set.of("partitionedcall", "statefulpartitionedcall", "if", "loop", "scan", "while");

  private final SortedSet<String> types = new TreeSet<>();
  private final Map<String, String> first = new HashMap<>();
  private final Map<String, Step> makers = new HashMap<>();
  private final List<String> ends = new ArrayList<>();

  private record Step(String type, String input) {}

  /** Names an operation, wherever it is. */
  void name(String type, String name) {
    if (!name.isEmpty()) {
      first.putIfAbsent(type, Place.shorten(name));
    }
  }

  /** An operation inside a function or body. */
  void inner(String type) {
    types.add(type);
  }

  /**
   * An operation of the network itself.
   *
   * @param input the first tensor that it takes, or empty
   */
  void add(String type, String input, List<String> outputs) {
    types.add(type);
    if (makers.size() < MOST_TENSORS) {
      outputs.forEach(output -> makers.put(output, new Step(type, input)));
    }
  }

  /** A tensor that leaves the network. */
  void end(String tensor) {
    ends.add(tensor);
  }

  Operations result() {
    return new Operations(types, ending(), first);
  }

  private Ending ending() {
    Ending all = Ending.OTHER;
    for (String end : ends) {
      Ending one = ending(end);
      if (one == Ending.SOFTMAX) {
        return one;
      }
      all = one == Ending.UNKNOWN ? one : all;
    }
    return all;
  }

  private Ending ending(String tensor) {
    Step step = makers.get(tensor);
    for (int i = 0; step != null && i < MOST_STEPS; i++) {
      String type = step.type().toLowerCase(Locale.ROOT);
      if (SOFTMAX.contains(type)) {
        return Ending.SOFTMAX;
      }
      if (FUNCTIONS.contains(type)) {
        return Ending.UNKNOWN;
      }
      if (!FORM.contains(type)) {
        return Ending.OTHER;
      }
      step = makers.get(step.input());
    }
    return Ending.UNKNOWN;
  }
}
