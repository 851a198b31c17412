package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
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

  /** Of what the graph itself, which was added last, calls. */
  void check(String file, Findings findings) throws RefusedException {
    int[][] calls =
        Cycles.sources(functions, function -> Stream.of(function.name()), f -> f.called().stream());
    dropUncalled(calls);
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

  /** A function that nobody calls is not converted: it is taken for one that calls none. */
  private static void dropUncalled(int[][] calls) {
    BitSet called = new BitSet(calls.length);
    Deque<Integer> left = new ArrayDeque<>();
    called.set(calls.length - 1);
    left.add(calls.length - 1);
    while (!left.isEmpty()) {
      for (int callee : calls[left.remove()]) {
        if (!called.get(callee)) {
          called.set(callee);
          left.add(callee);
        }
      }
    }
    for (int i = called.nextClearBit(0); i < calls.length; i = called.nextClearBit(i + 1)) {
      calls[i] = new int[0];
    }
  }
}
