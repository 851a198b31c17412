package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the inspection of IR remembers of each graph while its XML goes by. */
final class IrGraphs {
  private IrGraphs() {}

  /** A port with what its attributes and dimensions say. */
  static final class Port {
    private final String id;
    private final ElementType type;
    private final String names;
    private final List<Long> lengths = new ArrayList<>(4);
    private String layout = "";

    Port(String id, ElementType type, String names) {
      this.id = id;
      this.type = type;
      this.names = names;
    }

    void add(long length) {
      lengths.add(length);
    }

    /** As IR writes it: {@code [N,C,H,W]}. */
    void layout(String text) {
      layout = text.replaceAll("[\\[\\], ]", "");
    }

    int rank() {
      return lengths.size();
    }

    PartialShape shape() {
      return PartialShape.of(lengths());
    }

    /** -1 where a dimension is dynamic. */
    long[] lengths() {
      return lengths.stream().mapToLong(Long::longValue).toArray();
    }

    /** The first of the tensor's names; IR separates them by commas and escapes those inside. */
    String firstName() {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < names.length() && names.charAt(i) != ','; i++) {
        if (names.charAt(i) == '\\' && i + 1 < names.length()) {
          i++;
        }
        name.append(names.charAt(i));
      }
      return name.toString();
    }
  }

  /** A layer; keeps its ports only as far as inputs, outputs and edges need them. */
  static final class Layer {
    private final String id;
    private final String name;
    private final String type;
    private final Map<String, Port> inputs = new HashMap<>(4);
    private final Map<String, Port> outputs = new HashMap<>(4);
    private ElementType declaredType = ElementType.DYNAMIC;
    private PartialShape declaredShape;

    Layer(String id, String name, String type) {
      this.id = id;
      this.name = name;
      this.type = type;
    }

    String id() {
      return id;
    }

    String name() {
      return name;
    }

    String type() {
      return type;
    }

    void declare(ElementType elementType, PartialShape shape) {
      declaredType = elementType;
      declaredShape = shape;
    }

    void add(Port port, boolean output) {
      (output ? outputs : inputs).put(port.id, port);
    }
  }

  private record Edge(String fromLayer, String fromPort, String toLayer, String toPort, int line) {}

  /** A graph: the model's own, or the body of a layer. */
  static final class Graph {
    private final boolean main;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private boolean layersSeen;
    private boolean closed;
    private Layer current;
    private Layer bodyOwner;

    Graph(boolean main) {
      this.main = main;
    }

    boolean isMain() {
      return main;
    }

    boolean layersSeen() {
      return layersSeen;
    }

    void seeLayers() {
      layersSeen = true;
    }

    boolean closed() {
      return closed;
    }

    boolean add(Layer layer) {
      current = layer;
      return layers.putIfAbsent(layer.id(), layer) == null;
    }

    void enterBody(Layer owner) {
      bodyOwner = owner;
    }

    Layer currentLayer() {
      return bodyOwner;
    }

    Layer leaveLayer() {
      current = null;
      bodyOwner = null;
      return current;
    }

    void connect(String fromLayer, String fromPort, String toLayer, String toPort, int line) {
      edges.add(new Edge(fromLayer, fromPort, toLayer, toPort, line));
    }

    void close(Findings findings, String file) throws RefusedException {
      closed = true;
      Map<String, Edge> sources = new HashMap<>();
      for (Edge edge : edges) {
        check(edge, findings, file);
        sources.put(edge.toLayer + ":" + edge.toPort, edge);
      }
      for (Layer layer : layers.values()) {
        for (String port : layer.inputs.keySet()) {
          if (!sources.containsKey(layer.id + ":" + port)) {
            findings.problem(
                ProblemCode.MODEL_GRAPH_INVALID,
                "Input port %s has no edge. Export the model again.".formatted(Place.shorten(port)),
                Place.inFile(file).inLayer(layer.name));
          }
        }
        findings.operations().name(layer.type, layer.name);
        if (main) {
          report(layer, sources, findings);
          Edge first = sources.get(layer.id + ":0");
          findings
              .operations()
              .add(layer.type, first == null ? "" : first.fromLayer, List.of(layer.id));
        } else {
          findings.operations().inner(layer.type);
        }
      }
      refuseCycle(findings, file);
      if (main && layers.values().stream().noneMatch(layer -> layer.type.equals("Result"))) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The model has no outputs (no Result layer). Export it again.",
            Place.inFile(file));
      }
    }

    private void refuseCycle(Findings findings, String file) throws RefusedException {
      Map<String, List<String>> sources = new HashMap<>();
      edges.forEach(
          edge ->
              sources.computeIfAbsent(edge.toLayer, _ -> new ArrayList<>(2)).add(edge.fromLayer));
      Optional<Layer> cyclic =
          new Dependencies<>(
                  List.copyOf(layers.values()),
                  layer -> Stream.of(layer.id),
                  layer -> sources.getOrDefault(layer.id, List.of()).stream())
              .inCycle();
      if (cyclic.isPresent()) {
        Layer layer = cyclic.get();
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The graph has a cycle: the layer '%s' waits for its own output. Export the model again."
                .formatted(Place.shorten(layer.name)),
            Place.inFile(file).inLayer(layer.name));
      }
    }

    private void check(Edge edge, Findings findings, String file) throws RefusedException {
      Layer from = layers.get(edge.fromLayer);
      Layer to = layers.get(edge.toLayer);
      if (from == null || !from.outputs.containsKey(edge.fromPort)) {
        unconnected("from", edge.fromLayer, edge.fromPort, edge.line, findings, file);
      } else if (to == null || !to.inputs.containsKey(edge.toPort)) {
        unconnected("to", edge.toLayer, edge.toPort, edge.line, findings, file);
      }
    }

    private static void unconnected(
        String side, String layer, String port, int line, Findings findings, String file)
        throws RefusedException {
      findings.problem(
          ProblemCode.MODEL_GRAPH_INVALID,
          "An edge goes %s port %s of layer %s, which does not exist. Export the model again."
              .formatted(side, Place.shorten(port), Place.shorten(layer)),
          Place.atLine(file, line));
    }

    private void report(Layer layer, Map<String, Edge> sources, Findings findings) {
      if (layer.type.equals("Parameter") && layer.declaredShape != null) {
        String tensor = layer.outputs.values().stream().findFirst().map(Port::firstName).orElse("");
        findings.input(
            tensor.isEmpty() ? layer.name : tensor,
            layer.declaredType,
            layer.declaredShape,
            layer.outputs.values().stream().findFirst().map(port -> port.layout).orElse(""));
      } else if (layer.type.equals("Result")) {
        for (Map.Entry<String, Port> input : layer.inputs.entrySet()) {
          Edge edge = sources.get(layer.id + ":" + input.getKey());
          if (edge == null || !layers.containsKey(edge.fromLayer)) {
            continue;
          }
          Layer source = layers.get(edge.fromLayer);
          Port port = source.outputs.get(edge.fromPort);
          if (port != null) {
            findings.output(
                port.firstName().isEmpty() ? source.name : port.firstName(),
                port.type,
                port.shape());
            findings.operations().end(edge.fromLayer);
          }
        }
      }
    }
  }
}
