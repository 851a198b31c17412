package dev.inferlab.modelir.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The functions of a GraphDef's library and who calls whom. A converter puts a function's nodes
 * where it is called, so one that calls itself has no end, and few can become very many.
 */
final class TensorFlowFunctions {
  /** More than any network has, once every call is replaced by what it calls. */
  private static final long MOST_NODES = 1_000_000;

  private final List<TensorFlowBody> functions = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> twice = new HashSet<>();

  void add(TensorFlowBody function) {
    functions.add(function);
    if (!names.add(function.name())) {
      twice.add(function.name());
    }
  }

  /**
   * The graph itself, which was added last, and what it calls, by way of others too. A function
   * that nobody calls is not converted.
   */
  List<TensorFlowBody> called() {
    Dependencies<TensorFlowBody> calls = calls(functions);
    BitSet called = new BitSet(functions.size());
    Deque<Integer> left = new ArrayDeque<>();
    called.set(functions.size() - 1);
    left.add(functions.size() - 1);
    while (!left.isEmpty()) {
      for (int callee : calls.sources(left.remove())) {
        if (!called.get(callee)) {
          called.set(callee);
          left.add(callee);
        }
      }
    }
    return called.stream().mapToObj(functions::get).toList();
  }

  private static Dependencies<TensorFlowBody> calls(List<TensorFlowBody> functions) {
    return new Dependencies<>(
        functions, function -> Stream.of(function.name()), TensorFlowBody::called);
  }

  /** {@code called}: see {@link #called()}. */
  void check(List<TensorFlowBody> called, String file, Findings findings) throws RefusedException {
    for (TensorFlowBody function : called) {
      if (twice.contains(function.name())) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "Two functions are named '%s'. Export the model again."
                .formatted(Place.shorten(function.name())),
            Place.inFile(file).inLayer(function.name()));
      }
    }
    Dependencies<TensorFlowBody> calls = calls(called);
    Optional<TensorFlowBody> recursive = calls.inCycle();
    if (recursive.isPresent()) {
      String name = recursive.get().name();
      findings.problem(
          ProblemCode.MODEL_GRAPH_INVALID,
          "The function '%s' calls itself. Export the model without recursion."
              .formatted(Place.shorten(name)),
          Place.inFile(file).inLayer(name));
      return;
    }
    long[] sizes = new long[called.size()];
    for (int each : calls.order()) {
      TensorFlowBody function = called.get(each);
      long whole =
          function.nodes().size()
              + IntStream.of(calls.sources(each)).mapToLong(i -> sizes[i]).sum();
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
