package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import java.util.HashSet;
import java.util.Set;

/**
 * Nodes whose value depends on constants only: computed once at compilation, never at inference.
 */
final class Folded {
  private final Set<Node> nodes = new HashSet<>();

  Folded(Graph graph) {
    for (Node node : graph.topological()) {
      boolean computed =
          !node.inputs().isEmpty()
              && node.bodies().isEmpty()
              && !node.is("Result")
              && !node.type().startsWith("Random")
              && node.inputs().stream().allMatch(input -> nodes.contains(input.source().node()));
      if (node.isConstant() || computed) {
        nodes.add(node);
      }
    }
  }

  boolean contains(Node node) {
    return nodes.contains(node);
  }
}
