package dev.inferlab.modelir.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that a graph can be written and read again. */
final class GraphValidation {
  private static final int MOST = 50;

  private GraphValidation() {}

  static List<String> validate(Graph graph) {
    List<String> problems = new ArrayList<>();
    check(graph, "", problems);
    return List.copyOf(problems.subList(0, Math.min(MOST, problems.size())));
  }

  private static void check(Graph graph, String where, List<String> problems) {
    Set<Node> nodes = new HashSet<>(graph.nodes());
    for (Node node : graph.nodes()) {
      String place = where + node;
      for (Input input : node.inputs()) {
        if (input.maybeSource().isEmpty()) {
          problems.add("%s: input %d is open".formatted(place, input.index()));
        } else if (!nodes.contains(input.source().node())) {
          problems.add(
              "%s: input %d takes from a node of another graph".formatted(place, input.index()));
        }
      }
      ports(node, place, problems);
      for (Map.Entry<String, Graph> body : node.bodies().entrySet()) {
        check(body.getValue(), place + " " + body.getKey() + ": ", problems);
      }
    }
    try {
      graph.topological();
    } catch (IllegalStateException e) {
      problems.add(where + e.getMessage());
    }
  }

  private static void ports(Node node, String place, List<String> problems) {
    boolean source = node.is("Parameter") || node.is("Const");
    if (source && (!node.inputs().isEmpty() || node.outputs().size() != 1)) {
      problems.add(place + " must have no input and one output");
    }
    if (node.is("Result") && node.inputs().size() != 1) {
      problems.add(place + " must have one input");
    }
    if (node.is("Const") && !node.isConstant()) {
      problems.add(place + " has no value");
    }
  }
}
