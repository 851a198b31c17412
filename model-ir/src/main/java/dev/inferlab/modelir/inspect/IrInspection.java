package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.inspect.IrGraphs.Graph;
import dev.inferlab.modelir.inspect.IrGraphs.Layer;
import dev.inferlab.modelir.inspect.IrGraphs.Port;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.SafeXml;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * OpenVINO IR of versions 10 and 11: an XML with layers and edges, and a {@code .bin} into which
 * every Const points. Format: docs.openvino.ai, "OpenVINO IR format".
 */
final class IrInspection implements FormatInspection {
  private static final int DEEPEST_BODY = 32;

  /** As which the XML is read; the second is a part of the first. */
  private static final Set<String> ENCODINGS = Set.of("UTF-8", "US-ASCII");

  /** Stands in a text for bytes that are no UTF-8. */
  private static final char REPLACEMENT = 0xFFFD;

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    FileBytes file = upload.get(topology);
    if (file.size() > upload.limits().topologyBytes()) {
      throw new RefusedException(
          ProblemCode.MODEL_TOO_COMPLEX,
          "The XML is larger than %,d MiB.".formatted(upload.limits().topologyBytes() >> 20),
          Place.inFile(topology));
    }
    findings.file(FileRole.TOPOLOGY, topology);
    Optional<String> bin = upload.beside(topology, ".bin");
    bin.ifPresent(name -> findings.file(FileRole.WEIGHTS, name));
    new Walk(upload, topology, bin, findings).run();
  }

  /** One pass over the XML. */
  private static final class Walk {
    private final Upload upload;
    private final String topology;
    private final Optional<String> bin;
    private final Findings findings;
    private final Deque<Graph> graphs = new ArrayDeque<>();
    private XMLStreamReader xml;
    private boolean rootClosed;
    private boolean missingReported;
    private Layer layer;
    private Port port;
    private boolean inOutput;
    private boolean inEdges;

    Walk(Upload upload, String topology, Optional<String> bin, Findings findings) {
      this.upload = upload;
      this.topology = topology;
      this.bin = bin;
      this.findings = findings;
    }

    void run() throws RefusedException, MalformedModelException {
      try {
        xml = SafeXml.open(upload.get(topology));
        checkEncoding();
        while (xml.hasNext()) {
          event(xml.next());
        }
      } catch (XMLStreamException e) {
        throw SafeXml.fault(e, rootClosed || endsWithRoot());
      }
      if (!rootClosed) {
        throw new RefusedException(
            ProblemCode.MODEL_TRUNCATED,
            "The XML ends before its last tag. Upload it again.",
            Place.inFile(topology));
      }
    }

    private void checkEncoding() throws RefusedException {
      String encoding = xml.getCharacterEncodingScheme();
      if (encoding != null && !ENCODINGS.contains(encoding.toUpperCase(Locale.ROOT))) {
        throw new RefusedException(
            ProblemCode.MODEL_XML_FORBIDDEN,
            "The XML says that it is in '%s'. Save it in UTF-8, as OpenVINO does."
                .formatted(Place.shorten(encoding)),
            Place.atLine(topology, 1));
      }
    }

    /**
     * True when the file's last bytes close the root, so a fault lies inside and not at the end.
     */
    private boolean endsWithRoot() {
      FileBytes file = upload.get(topology);
      for (long at = file.size() - 6; at >= Math.max(0, file.size() - 64); at--) {
        if (file.has(at, Sniffer.bytes("</net>"))) {
          return true;
        }
      }
      return false;
    }

    private void event(int event)
        throws RefusedException, MalformedModelException, XMLStreamException {
      upload.budget().step(0);
      switch (event) {
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new RefusedException(
                ProblemCode.MODEL_XML_FORBIDDEN,
                "The XML has a DOCTYPE or entities, which IR never needs. Remove them.",
                here());
        case XMLStreamConstants.START_ELEMENT -> start(xml.getLocalName());
        case XMLStreamConstants.END_ELEMENT -> end(xml.getLocalName());
        default -> {}
      }
    }

    private void start(String element)
        throws RefusedException, MalformedModelException, XMLStreamException {
      if (graphs.isEmpty()) {
        root(element);
        return;
      }
      switch (element) {
        case "layers" -> {
          if (graphs.peek().layersSeen()) {
            body();
          }
          graphs.peek().seeLayers();
        }
        case "layer" -> layer();
        case "data" -> {
          if (layer != null && layer.type().equals("Const")) {
            constant();
          } else if (layer != null && layer.type().equals("Parameter")) {
            layer.declare(elementType(attribute("element_type")), shape(attribute("shape")));
          }
        }
        case "output" -> inOutput = true;
        case "input" -> inOutput = false;
        case "port" -> port();
        case "attribute" -> {
          if (port != null && attribute("name").equals("layout")) {
            port.layout(attribute("layout"));
          }
        }
        case "dim" -> dimension();
        case "edges" -> inEdges = true;
        // The back_edges of a loop hold elements of the same name.
        case "edge" -> {
          if (inEdges) {
            edge();
          }
        }
        default -> {}
      }
    }

    private void end(String element) throws RefusedException, MalformedModelException {
      switch (element) {
        case "port" -> {
          if (port != null && layer != null) {
            long[] lengths = port.lengths();
            if (Arrays.stream(lengths).allMatch(length -> length >= -1)) {
              findings.elements(lengths, true, here().inLayer(layer.name()));
            }
            layer.add(port, inOutput);
          }
          port = null;
        }
        case "edges" -> {
          inEdges = false;
          closeGraph();
        }
        case "layer" -> layer = graphs.peek() == null ? null : graphs.peek().leaveLayer();
        case "net" -> {
          rootClosed = true;
          if (graphs.size() > 1) {
            throw MalformedModelException.atLine(
                MalformedModelException.Fault.MALFORMED, "a body has no edges element", line());
          }
          closeGraph();
        }
        default -> {}
      }
    }

    private void root(String element) throws RefusedException, MalformedModelException {
      if (element.equals("CustomLayer")) {
        throw new RefusedException(
            ProblemCode.MODEL_CODE_FORBIDDEN,
            "The XML describes a custom operation with its own kernel, which is code. "
                + "Use a model of standard operations.",
            here());
      }
      String version = Optional.ofNullable(xml.getAttributeValue(null, "version")).orElse("");
      if (!element.equals("net") || rootClosed) {
        throw new RefusedException(
            ProblemCode.MODEL_NOT_RECOGNISED,
            "The XML is not OpenVINO IR: its root should be <net>. Upload the .xml that "
                + "OpenVINO's converter wrote.",
            here());
      }
      if (!version.equals("10") && !version.equals("11")) {
        throw new RefusedException(
            ProblemCode.MODEL_VERSION_UNSUPPORTED,
            "IR version '%s' is not read any more; 10 and 11 are. Convert the original again."
                .formatted(Place.shorten(version)),
            here());
      }
      findings.version(version);
      graphs.push(new Graph(true));
    }

    /** The graph inside an If, a Loop or a TensorIterator. */
    private void body() throws MalformedModelException {
      if (graphs.size() >= DEEPEST_BODY) {
        throw MalformedModelException.atLine(
            MalformedModelException.Fault.TOO_COMPLEX, "bodies are nested too deep", line());
      }
      graphs.peek().enterBody(layer);
      graphs.push(new Graph(false));
    }

    private void layer() throws RefusedException, MalformedModelException {
      layer = new Layer(attribute("id"), attribute("name"), attribute("type"));
      if (layer.type().isEmpty() || layer.id().isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_MALFORMED,
            "A layer has no id or no type. Export the model again.",
            here().inLayer(layer.name()));
      }
      if (!graphs.peek().add(layer)) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "Two layers have the id %s. Export the model again."
                .formatted(Place.shorten(layer.id())),
            here().inLayer(layer.name()));
      }
      if (xml.getAttributeValue(null, "version") instanceof String opset
          && opset.equals("extension")) {
        findings.note(
            "Layer type %s is an extension; conversion works only where it is known."
                .formatted(Place.shorten(layer.type())));
      }
    }

    private void constant() throws RefusedException, MalformedModelException {
      Place place = here().inLayer(layer.name());
      OptionalLong offset = number("offset");
      OptionalLong size = number("size");
      if (offset.isEmpty() || size.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_CONSTANT_OUT_OF_BOUNDS,
            "A constant needs an offset and a size, both 0 or more. Export the model again.",
            place);
        return;
      }
      checkBounds(offset.getAsLong(), size.getAsLong(), place);
      ElementType type = elementType(attribute("element_type"));
      PartialShape shape = shape(attribute("shape"));
      layer.declare(type, shape);
      if (!shape.isStatic()) {
        findings.problem(
            ProblemCode.MODEL_SHAPE_INVALID, "A constant cannot have a dynamic shape.", place);
        return;
      }
      long elements = findings.elements(shape.lengths(), false, place);
      // OpenVINO writes one byte for a constant without elements.
      if (elements > 0 && type.bits() > 0 && type.byteSize(elements) != size.getAsLong()) {
        findings.problem(
            ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
            "The constant holds %,d bytes, but its shape %s of %s needs %,d. Export it again."
                .formatted(size.getAsLong(), shape, type.irName(), type.byteSize(elements)),
            place);
      }
    }

    private void checkBounds(long offset, long size, Place place) throws RefusedException {
      if (bin.isEmpty()) {
        if (size > 0 && !missingReported) {
          missingReported = true;
          findings.problem(
              ProblemCode.MODEL_FILE_MISSING,
              "The weights are missing: upload %s.bin together with the .xml."
                  .formatted(Upload.stem(topology)),
              place);
        }
        return;
      }
      long length = upload.get(bin.get()).size();
      if (offset > length || size > length - offset) {
        findings.problem(
            ProblemCode.MODEL_CONSTANT_OUT_OF_BOUNDS,
            ("The constant takes bytes %,d to %,d of the weights, which end at %,d. The .bin is "
                    + "cut short or belongs to another .xml.")
                .formatted(offset, Math.addExact(offset, size), length),
            place);
      }
    }

    private void port() throws RefusedException, MalformedModelException {
      ElementType type =
          xml.getAttributeValue(null, "precision") == null
              ? ElementType.DYNAMIC
              : ElementType.ofIrPrecision(attribute("precision")).orElse(ElementType.DYNAMIC);
      port = new Port(attribute("id"), type, attribute("names"));
    }

    private void dimension() throws RefusedException, MalformedModelException, XMLStreamException {
      if (port == null || layer == null) {
        return;
      }
      String text = xml.getElementText().strip();
      try {
        long length = Long.parseLong(text);
        findings.elements(new long[] {length}, true, here().inLayer(layer.name()));
        port.add(Math.max(length, -1)); // less is a problem by now
        if (port.rank() > 64) {
          throw MalformedModelException.atLine(
              MalformedModelException.Fault.TOO_COMPLEX, "a port has over 64 dimensions", line());
        }
      } catch (NumberFormatException e) {
        findings.problem(
            ProblemCode.MODEL_SHAPE_INVALID,
            "A port's dimension is not a number. Export the model again.",
            here().inLayer(layer.name()));
      }
    }

    private void edge() throws RefusedException, MalformedModelException {
      graphs
          .peek()
          .connect(
              attribute("from-layer"),
              attribute("from-port"),
              attribute("to-layer"),
              attribute("to-port"),
              line());
    }

    private void closeGraph() throws RefusedException {
      Graph graph = graphs.peek();
      if (graph == null || graph.closed()) {
        return;
      }
      graph.close(findings, topology);
      if (!graph.isMain()) {
        graphs.pop();
        layer = graphs.peek().currentLayer();
      }
    }

    private ElementType elementType(String name) throws RefusedException {
      Optional<ElementType> type = ElementType.ofIrName(name);
      if (type.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_MALFORMED,
            "The element type '%s' is not one of IR's.".formatted(Place.shorten(name)),
            here().inLayer(layer.name()));
      }
      return type.orElse(ElementType.DYNAMIC);
    }

    private PartialShape shape(String text) throws RefusedException {
      Place place = here().inLayer(layer.name());
      try {
        PartialShape shape = PartialShape.parse(text);
        if (shape.hasRank()) {
          long[] lengths =
              shape.dimensions().stream().mapToLong(d -> d.isStatic() ? d.length() : -1).toArray();
          findings.elements(lengths, true, place);
        }
        return shape;
      } catch (IllegalArgumentException e) {
        findings.problem(
            ProblemCode.MODEL_SHAPE_INVALID,
            "'%s' is not a shape. Export the model again.".formatted(Place.shorten(text)),
            place);
        return PartialShape.unknownRank();
      }
    }

    private String attribute(String name) throws MalformedModelException {
      String value = xml.getAttributeValue(null, name);
      if (value == null) {
        return "";
      }
      upload.budget().keep(2L * value.length(), 0);
      if (value.indexOf(REPLACEMENT) >= 0) {
        throw MalformedModelException.atLine(
            MalformedModelException.Fault.MALFORMED,
            "the %s '%s' is not UTF-8".formatted(name, Place.shorten(value)),
            line());
      }
      return value;
    }

    private OptionalLong number(String name) throws MalformedModelException {
      try {
        long value = Long.parseLong(attribute(name));
        // Half the range keeps offset + size from overflowing.
        return value < 0 || value > Long.MAX_VALUE / 2
            ? OptionalLong.empty()
            : OptionalLong.of(value);
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }

    private Place here() {
      return Place.atLine(topology, line());
    }

    private int line() {
      return Math.max(1, xml.getLocation().getLineNumber());
    }
  }
}
