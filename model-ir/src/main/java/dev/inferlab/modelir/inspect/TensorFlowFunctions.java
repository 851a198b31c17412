package dev.inferlab.modelir.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The functions of a GraphDef's library and who calls whom. A converter puts a function's nodes
 * where it is called, so one that calls itself has no end, and few can become very many.
 */
final class TensorFlowFunctions {
  /** More than any network has, once every call is replaced by what it calls. */
  private static final long MOST_NODES = 1_000_000;

  private final List<Function> functions = new ArrayList<>();

  private record Function(String name, List<String> called, int size) {}

  /**
   * @param name empty for the graph itself
   * @param called names that may be those of functions, one for each call
   * @param size how many nodes it has
   */
  void add(String name, List<String> called, int size) {
    functions.add(new Function(name, called, size));
  }

  void check(String file, Findings findings) throws RefusedException {
    int[][] calls =
        Cycles.sources(functions, function -> Stream.of(function.name()), f -> f.called().stream());
    OptionalInt recursive = Cycles.find(calls);
    if (recursive.isPresent()) {
      String name = functions.get(recursive.getAsInt()).name();
      findings.problem(
          ProblemCode.MODEL_GRAPH_INVALID,
          "The function '%s' calls itself. Export the model without recursion."
              .formatted(Place.shorten(name)),
          Place.inFile(file).inLayer(name));
      return;
    }
    long[] sizes = new long[calls.length];
    for (int each : Cycles.order(calls)) {
      Function function = functions.get(each);
      long whole = function.size() + IntStream.of(calls[each]).mapToLong(i -> sizes[i]).sum();
      sizes[each] = Math.min(whole, MOST_NODES + 1);
      if (whole > MOST_NODES) {
        findings.problem(
            ProblemCode.MODEL_TOO_COMPLEX,
            "With the functions that it calls, %s has more than %,d nodes. Export the model with its functions inlined, or a smaller one."
                .formatted(
                    function.name().isEmpty()
                        ? "the graph"
                        : "the function '%s'".formatted(Place.shorten(function.name())),
                    MOST_NODES),
            Place.inFile(file).inLayer(function.name()));
        return;
      }
    }
  }
}
