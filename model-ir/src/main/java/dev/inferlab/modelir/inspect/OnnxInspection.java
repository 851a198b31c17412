package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;

/** ONNX ModelProto. Field numbers are those of onnx.proto (github.com/onnx/onnx). */
final class OnnxInspection implements FormatInspection {
  /** Operators that move a window over an image. */
  private static final Set<String> WINDOWS =
      Set.of(
          "Conv",
          "ConvInteger",
          "ConvTranspose",
          "DeformConv",
          "QLinearConv",
          "AveragePool",
          "LpPool",
          "MaxPool",
          "MaxUnpool");

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

    /** All graphs, also those inside nodes. */
    private final List<OnnxGraph> graphs = new ArrayList<>();

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
      Set<Integer> seen = new HashSet<>();
      while (file.next()) {
        switch (file.field()) {
          case 1 -> irVersion = file.number();
          case 7 -> {
            file.once(seen);
            hasGraph = true;
            graph(file.message(), null);
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
      // Only now: constants may stand behind the nodes that take them, also those inside others.
      for (OnnxGraph graph : graphs) {
        check(graph);
      }
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

    /** {@code outer}: the graph whose node holds this one; null for the model's own. */
    private OnnxGraph graph(ProtoReader reader, OnnxGraph outer)
        throws RefusedException, MalformedModelException {
      boolean main = outer == null;
      OnnxGraph graph = new OnnxGraph(outer);
      graphs.add(graph);
      List<TensorInfo> formal = main ? inputs : new ArrayList<>();
      while (reader.next()) {
        switch (reader.field()) {
          case 1 -> node(reader.message(), graph, main);
          case 5 -> {
            long offset = reader.payloadOffset();
            OnnxTensor tensor = tensor().read(reader.message());
            give(tensor.name(), offset, graph, main);
            keep(graph, tensor.name(), tensor.numbers(), offset);
          }
          case 11 -> end(reader, formal, main);
          case 12 -> end(reader, main ? outputs : new ArrayList<>(), main);
          case 13 -> value(reader.message(), new ArrayList<>());
          case 15 -> give(sparse(reader.message()), reader.payloadOffset(), graph, main);
          default -> {}
        }
      }
      formal.forEach(input -> graph.input(input.name()));
      return graph;
    }

    /** An input or output; only nodes may leave theirs out by a name of nothing. */
    private void end(ProtoReader graph, List<TensorInfo> ends, boolean main)
        throws RefusedException, MalformedModelException {
      value(graph.message(), ends);
      if (main && ends.getLast().name().isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "An input or output of the graph has no name. Export the model again.",
            Place.atOffset(topology, graph.payloadOffset()));
      }
    }

    private void keep(OnnxGraph graph, String tensor, Optional<double[]> values, long offset)
        throws MalformedModelException {
      if (values.isPresent()) {
        budget.keep(values.get().length * (long) Double.BYTES, offset);
        graph.constant(tensor, values.get());
      }
    }

    private void give(String initializer, long offset, OnnxGraph graph, boolean main)
        throws RefusedException {
      if (!graph.initializer(initializer)) {
        twice(initializer, Place.atOffset(topology, offset).inLayer(initializer));
      }
      if (main) {
        initializers.add(initializer);
      }
    }

    /** Readers differ in which of them they take. */
    private void twice(String tensor, Place place) throws RefusedException {
      findings.problem(
          ProblemCode.MODEL_GRAPH_INVALID,
          "The tensor '%s' is made or given more than once. Export the model again."
              .formatted(Place.shorten(tensor)),
          place);
    }

    private void function(ProtoReader function) throws RefusedException, MalformedModelException {
      OnnxGraph graph = new OnnxGraph(null);
      graphs.add(graph);
      while (function.next()) {
        switch (function.field()) {
          case 4 -> graph.input(function.text());
          case 7 -> node(function.message(), graph, false);
          default -> {}
        }
      }
    }

    /** What only the whole model tells. */
    private void check(OnnxGraph graph) throws RefusedException {
      Dependencies<OnnxGraph.Node> dependencies = graph.dependencies();
      dependencies.inOrder().forEach(graph::passOn);
      for (OnnxGraph.Node node : graph.nodes()) {
        Optional<long[]> size = ComputedSize.of(node.type(), input -> graph.constant(node, input));
        if (size.isPresent()) {
          findings.elements(size.get(), ComputedSize.mayBeOpen(node.type()), place(node));
        }
        for (String output : node.outputs()) {
          if (graph.isTwice(output)) {
            twice(output, place(node));
          }
        }
        for (String input : node.inputs()) {
          if (!input.isEmpty() && !graph.knows(input)) {
            findings.problem(
                ProblemCode.MODEL_GRAPH_INVALID,
                "The %s '%s' takes the tensor '%s', which nothing makes. Export the model again."
                    .formatted(
                        Place.shorten(node.type()),
                        Place.shorten(node.title()),
                        Place.shorten(input)),
                place(node));
          }
        }
      }
      Optional<OnnxGraph.Node> cyclic = dependencies.inCycle();
      if (cyclic.isPresent()) {
        OnnxGraph.Node node = cyclic.get();
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The graph has a cycle: the %s '%s' waits for its own output. Export the model again."
                .formatted(Place.shorten(node.type()), Place.shorten(node.title())),
            place(node));
      }
    }

    private Place place(OnnxGraph.Node node) {
      return Place.atOffset(topology, node.offset()).inLayer(node.title());
    }

    private OnnxTensor tensor() {
      return new OnnxTensor(external, findings, topology);
    }

    /** SparseTensorProto; returns its name. */
    private String sparse(ProtoReader sparse) throws RefusedException, MalformedModelException {
      Set<Integer> seen = new HashSet<>();
      String name = "";
      List<Long> lengths = new ArrayList<>();
      long offset = sparse.payloadOffset();
      while (sparse.next()) {
        switch (sparse.field()) {
          case 1 -> {
            sparse.once(seen);
            name = tensor().read(sparse.message()).name();
          }
          case 2 -> {
            sparse.once(seen);
            tensor().read(sparse.message());
          }
          case 3 -> sparse.forEachVarint(length -> addLength(lengths, length, offset));
          default -> {}
        }
      }
      // Readers make a dense tensor of it.
      findings.elements(array(lengths), false, Place.atOffset(topology, offset).inLayer(name));
      return name;
    }

    private void node(ProtoReader node, OnnxGraph graph, boolean main)
        throws RefusedException, MalformedModelException {
      String type = "";
      String domain = "";
      String name = "";
      List<String> taken = new ArrayList<>();
      Set<String> captured = new HashSet<>();
      List<String> made = new ArrayList<>();
      Map<String, Optional<double[]>> attributes = new HashMap<>();
      long offset = node.payloadOffset();
      while (node.next()) {
        switch (node.field()) {
          case 1 -> taken.add(node.text());
          case 2 -> made.add(node.text());
          case 3 -> name = node.text();
          case 4 -> type = node.text();
          case 5 -> {
            Attribute attribute = attribute(node.message(), graph, captured);
            if (attributes.put(attribute.name(), attribute.numbers()) != null) {
              throw twoAttributes(node.payloadOffset());
            }
          }
          case 7 -> domain = node.text();
          default -> {}
        }
      }
      if (type.equals("Constant")) {
        List<String> values = attributes.keySet().stream().filter(Walk::isValue).toList();
        if (values.size() > 1) {
          throw twoAttributes(offset);
        }
        if (values.size() == 1 && !made.isEmpty()) {
          keep(graph, made.getFirst(), attributes.get(values.getFirst()), offset);
        }
      }
      if (main) {
        produced.addAll(made);
        findings.operations().add(type, taken.isEmpty() ? "" : taken.getFirst(), made);
      } else {
        findings.operations().inner(type);
      }
      boolean custom = !domain.isEmpty() && !domain.startsWith("ai.onnx");
      OnnxGraph.Node added =
          new OnnxGraph.Node(name, type, taken, captured, made, castTo(attributes), offset);
      findings.operations().name(custom ? domain + "." + type : type, added.title());
      if (type.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_MALFORMED,
            "A node has no operator. Export the model again.",
            place(added));
      }
      if (type.equals("PyOp") || type.equals("PythonOp")) {
        findings.problem(
            ProblemCode.MODEL_CODE_FORBIDDEN,
            "A node runs Python code (%s). Use a model of standard operators.".formatted(type),
            place(added));
      }
      if (!custom && WINDOWS.contains(type)) {
        checkWindow(added, attributes);
      }
      if (custom) {
        findings.note(
            "Operator %s belongs to the domain %s; conversion works only where it is known."
                .formatted(Place.shorten(type), Place.shorten(domain)));
      }
      // Lists and entries around the texts.
      budget.keep(256, offset);
      graph.add(added);
    }

    /** An attribute of a node with its values, if they are numbers that are looked at here. */
    private record Attribute(String name, Optional<double[]> numbers) {}

    /** True for an attribute that gives a Constant its value. */
    private static boolean isValue(String attribute) {
      return attribute.startsWith("value") || attribute.equals("sparse_value");
    }

    private void checkWindow(OnnxGraph.Node node, Map<String, Optional<double[]>> attributes)
        throws RefusedException {
      for (String name : List.of("group", "kernel_shape", "strides", "dilations")) {
        double[] numbers =
            attributes.getOrDefault(name, Optional.empty()).orElseGet(() -> new double[0]);
        if (DoubleStream.of(numbers).anyMatch(number -> number < 1)) {
          findings.problem(
              ProblemCode.MODEL_MALFORMED,
              "The %s '%s' has a number below 1 in '%s'. Export the model again."
                  .formatted(node.type(), Place.shorten(node.title()), name),
              place(node));
        }
      }
    }

    private static ElementType castTo(Map<String, Optional<double[]>> attributes) {
      return attributes.getOrDefault("to", Optional.empty()).stream()
          .flatMapToDouble(DoubleStream::of)
          .mapToObj(type -> OnnxTypes.of((long) type))
          .flatMap(Optional::stream)
          .findFirst()
          .orElse(ElementType.DYNAMIC);
    }

    /** Readers differ in which of them they take. */
    private static MalformedModelException twoAttributes(long offset) {
      return MalformedModelException.atOffset(
          Fault.MALFORMED, "a node has two attributes where one belongs", offset);
    }

    /** {@code captured}: gets the tensors that graphs in it take from around them. */
    private Attribute attribute(ProtoReader attribute, OnnxGraph graph, Set<String> captured)
        throws RefusedException, MalformedModelException {
      Set<Integer> seen = new HashSet<>();
      String name = "";
      Map<Integer, Numbers> lists = new HashMap<>();
      Optional<double[]> tensor = Optional.empty();
      boolean ofCaller = false;
      long offset = attribute.payloadOffset();
      while (attribute.next()) {
        // f, i, s, t, g, tp and sparse_tensor; the others are lists, or say what these are.
        switch (attribute.field()) {
          case 2, 3, 4, 5, 6, 14, 22 -> attribute.once(seen);
          default -> {}
        }
        switch (attribute.field()) {
          case 1 -> name = attribute.text();
          case 2, 7 -> list(lists, attribute.field()).addFixed(attribute, 4);
          case 3, 8 -> list(lists, attribute.field()).addVarints(attribute);
          case 5 -> tensor = tensor().read(attribute.message()).numbers();
          case 6, 11 -> capture(graph(attribute.message(), graph), captured, offset);
          case 10 -> tensor().read(attribute.message());
          case 21 -> ofCaller = true;
          case 22, 23 -> sparse(attribute.message());
          default -> {}
        }
      }
      if (ofCaller) { // of a function: whoever calls it gives the value
        return new Attribute(name, Optional.empty());
      }
      return new Attribute(
          name,
          switch (name) {
            case "value" -> tensor;
            case "value_float" -> single(lists, 2, ElementType.F32);
            case "value_int", "to", "group" -> single(lists, 3, ElementType.I64);
            case "value_floats" -> list(lists, 7).of(ElementType.F32);
            case "value_ints", "kernel_shape", "strides", "dilations" ->
                list(lists, 8).of(ElementType.I64);
            default -> Optional.empty();
          });
    }

    /** Writers may leave out a 0. */
    private static Optional<double[]> single(
        Map<Integer, Numbers> lists, int field, ElementType type) {
      return list(lists, field).of(type).map(values -> Arrays.copyOf(values, 1));
    }

    private static Numbers list(Map<Integer, Numbers> lists, int field) {
      return lists.computeIfAbsent(field, _ -> new Numbers());
    }

    private void capture(OnnxGraph inner, Set<String> captured, long offset)
        throws MalformedModelException {
      for (String tensor : inner.captured()) {
        if (captured.add(tensor)) {
          budget.keep(0, offset);
        }
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
        budget.keep(0, shape.payloadOffset());
        addLength(lengths, length, shape.payloadOffset());
      }
      findings.elements(array(lengths), true, Place.inFile(topology).inLayer(name));
      return PartialShape.of(
          lengths.stream()
              .map(length -> length < 0 ? Dimension.dynamic() : Dimension.of(length))
              .toList());
    }

    private static void addLength(List<Long> lengths, long length, long offset)
        throws MalformedModelException {
      if (lengths.size() == PartialShape.HIGHEST_RANK) {
        throw MalformedModelException.atOffset(
            Fault.TOO_COMPLEX, "a shape has over 64 dimensions", offset);
      }
      lengths.add(length);
    }

    private static long[] array(List<Long> lengths) {
      return lengths.stream().mapToLong(Long::longValue).toArray();
    }
  }
}
