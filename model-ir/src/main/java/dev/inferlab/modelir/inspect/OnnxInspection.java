package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** ONNX ModelProto. Field numbers are those of onnx.proto (github.com/onnx/onnx). */
final class OnnxInspection implements FormatInspection {

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    new Walk(upload, topology, findings).model();
  }

  private static final class Walk {
    private final Budget budget;
    private final ProtoReader file;
    private final String topology;
    private final Findings findings;
    private final OnnxExternalData external;
    private final Set<String> initializers = new HashSet<>();

    /** Values of constants that can be shapes, by their tensors; the innermost graph first. */
    private final Deque<Map<String, long[]>> shapes = new ArrayDeque<>();

    private final Set<String> produced = new HashSet<>();
    private final List<TensorInfo> inputs = new ArrayList<>();
    private final List<TensorInfo> outputs = new ArrayList<>();
    private long irVersion;
    private boolean hasGraph;

    Walk(Upload upload, String topology, Findings findings) {
      this.budget = upload.budget();
      this.file = ProtoReader.of(upload.get(topology), budget);
      this.topology = topology;
      this.findings = findings;
      this.external = new OnnxExternalData(upload, topology, findings);
    }

    void model() throws RefusedException, MalformedModelException {
      long opset = -1;
      while (file.next()) {
        switch (file.field()) {
          case 1 -> irVersion = file.number();
          case 7 -> {
            hasGraph = true;
            graph(file.message(), true);
          }
          case 8 -> opset = Math.max(opset, opset(file.message()));
          case 25 -> function(file.message());
          default -> {}
        }
      }
      if (!hasGraph) {
        throw MalformedModelException.atOffset(
            Fault.TRUNCATED, "the graph is missing", file.payloadOffset());
      }
      if (opset < 0 && irVersion >= 3) {
        throw MalformedModelException.atOffset(
            Fault.TRUNCATED, "the operator set's version is missing", file.payloadOffset());
      }
      findings.version(opset < 0 ? "" : "opset " + opset);
      report();
    }

    private void report() throws RefusedException {
      for (TensorInfo input : inputs) {
        if (!initializers.contains(input.name())) {
          findings.input(input.name(), input.type(), input.shape());
        }
        produced.add(input.name());
      }
      produced.addAll(initializers);
      for (TensorInfo output : outputs) {
        findings.output(output.name(), output.type(), output.shape());
        findings.operations().end(output.name());
        if (!produced.contains(output.name())) {
          findings.problem(
              ProblemCode.MODEL_GRAPH_INVALID,
              "The output '%s' is made by no node. Export the model again."
                  .formatted(Place.shorten(output.name())),
              Place.inFile(topology));
        }
      }
      if (outputs.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The model has no outputs. Export it again.",
            Place.inFile(topology));
      }
    }

    /** Version of the default operator set, or -1 for another domain's. */
    private static long opset(ProtoReader opset) throws MalformedModelException {
      String domain = "";
      long version = -1;
      while (opset.next()) {
        switch (opset.field()) {
          case 1 -> domain = opset.text();
          case 2 -> version = opset.number();
          default -> {}
        }
      }
      return domain.isEmpty() || domain.equals("ai.onnx") ? version : -1;
    }

    /** Returns the tensors that the graph takes from around it. */
    private Set<String> graph(ProtoReader graph, boolean main)
        throws RefusedException, MalformedModelException {
      OnnxNodes nodes = new OnnxNodes();
      shapes.push(new HashMap<>());
      Set<String> own = new HashSet<>();
      List<TensorInfo> formal = main ? inputs : new ArrayList<>();
      while (graph.next()) {
        switch (graph.field()) {
          case 1 -> nodes.add(node(graph.message(), main));
          case 5 -> {
            OnnxTensor tensor = new OnnxTensor(external, findings, topology).read(graph.message());
            own.add(tensor.name());
            if (tensor.shape().isPresent()) {
              keepShape(tensor.name(), tensor.shape().get(), graph.payloadOffset());
            }
          }
          case 11 -> value(graph.message(), formal);
          case 12 -> value(graph.message(), main ? outputs : new ArrayList<>());
          case 13 -> value(graph.message(), new ArrayList<>());
          case 15 -> sparse(graph.message(), main);
          default -> {}
        }
      }
      if (main) {
        initializers.addAll(own);
      }
      check(nodes, formal);
      shapes.pop();
      Set<String> taken = nodes.taken();
      taken.removeAll(own);
      formal.forEach(input -> taken.remove(input.name()));
      return taken;
    }

    private void function(ProtoReader function) throws RefusedException, MalformedModelException {
      OnnxNodes nodes = new OnnxNodes();
      shapes.push(new HashMap<>());
      while (function.next()) {
        if (function.field() == 7) {
          nodes.add(node(function.message(), false));
        }
      }
      check(nodes, List.of());
      shapes.pop();
    }

    /** What only a whole graph tells: constants stand behind the nodes that take them. */
    private void check(OnnxNodes nodes, List<TensorInfo> formal) throws RefusedException {
      Set<String> given = formal.stream().map(TensorInfo::name).collect(Collectors.toSet());
      for (OnnxNodes.Node node : nodes.all()) {
        Optional<long[]> made = node.shapeInput().flatMap(name -> shape(name, nodes, given));
        if (made.isPresent()) {
          // PyTorch writes -1 for a length that Expand leaves as it is.
          boolean open = node.type().equals("Expand");
          findings.elements(
              made.get(), open, Place.atOffset(topology, node.offset()).inLayer(node.title()));
        }
      }
      Optional<OnnxNodes.Node> cyclic = nodes.inCycle();
      if (cyclic.isPresent()) {
        OnnxNodes.Node node = cyclic.get();
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The graph has a cycle: the %s '%s' waits for its own output. Export the model again."
                .formatted(Place.shorten(node.type()), Place.shorten(node.title())),
            Place.atOffset(topology, node.offset()).inLayer(node.title()));
      }
    }

    private void keepShape(String tensor, long[] values, long offset)
        throws MalformedModelException {
      budget.keep((long) values.length * Long.BYTES, offset);
      shapes.element().put(tensor, values);
    }

    /** A tensor's values if they are known: of this graph, or of one around it. */
    private Optional<long[]> shape(String tensor, OnnxNodes nodes, Set<String> given) {
      long[] own = shapes.element().get(tensor);
      if (own != null || nodes.makes(tensor) || given.contains(tensor)) {
        return Optional.ofNullable(own);
      }
      return shapes.stream().map(outer -> outer.get(tensor)).filter(Objects::nonNull).findFirst();
    }

    private void sparse(ProtoReader sparse, boolean main)
        throws RefusedException, MalformedModelException {
      Set<Integer> seen = new HashSet<>();
      while (sparse.next()) {
        if (sparse.field() == 1 || sparse.field() == 2) {
          once(seen, sparse.field(), sparse);
          String name = new OnnxTensor(external, findings, topology).read(sparse.message()).name();
          if (main && sparse.field() == 1) {
            initializers.add(name);
          }
        }
      }
    }

    private OnnxNodes.Node node(ProtoReader node, boolean main)
        throws RefusedException, MalformedModelException {
      String type = "";
      String domain = "";
      String name = "";
      List<String> taken = new ArrayList<>();
      List<String> made = new ArrayList<>();
      Optional<long[]> constant = Optional.empty();
      long offset = node.payloadOffset();
      while (node.next()) {
        switch (node.field()) {
          case 1 -> taken.add(node.text());
          case 2 -> made.add(node.text());
          case 3 -> name = node.text();
          case 4 -> type = node.text();
          case 5 -> {
            Attribute attribute = attribute(node.message());
            taken.addAll(attribute.taken());
            constant = attribute.shape().isPresent() ? attribute.shape() : constant;
          }
          case 7 -> domain = node.text();
          default -> {}
        }
      }
      if (type.equals("Constant") && constant.isPresent() && !made.isEmpty()) {
        keepShape(made.getFirst(), constant.get(), offset);
      }
      if (main) {
        produced.addAll(made);
        findings.operations().add(type, taken.isEmpty() ? "" : taken.getFirst(), made);
      } else {
        findings.operations().inner(type);
      }
      if (type.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_MALFORMED,
            "A node has no operator. Export the model again.",
            Place.atOffset(topology, offset).inLayer(name));
      }
      if (type.equals("PyOp") || type.equals("PythonOp")) {
        findings.problem(
            ProblemCode.MODEL_CODE_FORBIDDEN,
            "A node runs Python code (%s). Use a model of standard operators.".formatted(type),
            Place.atOffset(topology, offset).inLayer(name));
      }
      if (!domain.isEmpty() && !domain.startsWith("ai.onnx")) {
        findings.note(
            "Operator %s belongs to the domain %s; conversion works only where it is known."
                .formatted(Place.shorten(type), Place.shorten(domain)));
      }
      // Lists and entries around the texts.
      budget.keep(192, offset);
      return new OnnxNodes.Node(name, type, taken, made, offset);
    }

    /**
     * An attribute of a node.
     *
     * @param taken tensors that graphs in it take from around them
     * @param shape values of a tensor in it that can be a shape
     */
    private record Attribute(Set<String> taken, Optional<long[]> shape) {}

    private Attribute attribute(ProtoReader attribute)
        throws RefusedException, MalformedModelException {
      Set<Integer> seen = new HashSet<>();
      Set<String> taken = new HashSet<>();
      Optional<long[]> shape = Optional.empty();
      while (attribute.next()) {
        int field = attribute.field();
        if (field == 5 || field == 6 || field == 22) {
          once(seen, field, attribute);
        }
        switch (field) {
          case 5, 10 ->
              shape =
                  new OnnxTensor(external, findings, topology).read(attribute.message()).shape();
          case 6, 11 -> taken.addAll(graph(attribute.message(), false));
          case 22, 23 -> sparse(attribute.message(), false);
          default -> {}
        }
      }
      return new Attribute(taken, shape);
    }

    /**
     * Readers merge a message that comes twice where one belongs, so each part may be harmless and
     * their sum not.
     */
    private static void once(Set<Integer> seen, int field, ProtoReader at)
        throws MalformedModelException {
      if (!seen.add(field)) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED, "a value is given twice", at.payloadOffset());
      }
    }

    private void value(ProtoReader value, List<TensorInfo> list)
        throws RefusedException, MalformedModelException {
      String name = "";
      TensorInfo typed = new TensorInfo("", ElementType.DYNAMIC, PartialShape.unknownRank());
      while (value.next()) {
        switch (value.field()) {
          case 1 -> name = value.text();
          case 2 -> typed = type(value.message(), name);
          default -> {}
        }
      }
      list.add(new TensorInfo(name, typed.type(), typed.shape()));
    }

    private TensorInfo type(ProtoReader type, String name)
        throws RefusedException, MalformedModelException {
      ElementType element = ElementType.DYNAMIC;
      PartialShape shape = PartialShape.unknownRank();
      while (type.next()) {
        if (type.field() != 1) {
          // Sequences, maps and optionals have no shape of their own.
          continue;
        }
        ProtoReader tensor = type.message();
        while (tensor.next()) {
          switch (tensor.field()) {
            case 1 -> element = OnnxTypes.of(tensor.number()).orElse(ElementType.DYNAMIC);
            case 2 -> shape = shape(tensor.message(), name);
            default -> {}
          }
        }
      }
      return new TensorInfo(name, element, shape);
    }

    private PartialShape shape(ProtoReader shape, String name)
        throws RefusedException, MalformedModelException {
      List<Long> lengths = new ArrayList<>();
      while (shape.next()) {
        if (shape.field() != 1) {
          continue;
        }
        long length = -1;
        ProtoReader dimension = shape.message();
        while (dimension.next()) {
          if (dimension.isField(1, ProtoReader.VARINT)) {
            length = dimension.number();
          }
        }
        if (lengths.size() == PartialShape.HIGHEST_RANK) {
          throw MalformedModelException.atOffset(
              Fault.TOO_COMPLEX, "a shape has over 64 dimensions", shape.payloadOffset());
        }
        budget.keep(0, shape.payloadOffset());
        lengths.add(length);
      }
      long[] array = lengths.stream().mapToLong(Long::longValue).toArray();
      findings.elements(array, true, Place.inFile(topology).inLayer(name));
      return PartialShape.of(
          lengths.stream()
              .map(length -> length < 0 ? Dimension.dynamic() : Dimension.of(length))
              .toList());
    }
  }
}
