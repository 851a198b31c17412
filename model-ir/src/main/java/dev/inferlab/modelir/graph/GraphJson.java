package dev.inferlab.modelir.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.inferlab.modelir.tensor.Dimension;
import dev.inferlab.modelir.tensor.PartialShape;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * Writes a graph as JSON for viewers, piece by piece, so that a graph of any size needs no more
 * memory:
 *
 * <pre>{@code
 * {"nodes": [{"id": 3, "name": "conv1", "type": "Convolution", "opset": "opset1",
 *             "attributes": {"strides": "2,2"},
 *             "inputs":  [{"type": "f32", "shape": [1, 3, -1, -1]}],
 *             "outputs": [{"type": "f32", "shape": [1, 64, -1, -1], "names": ["conv1"]}]}],
 *  "edges": [{"from": 0, "output": 0, "to": 3, "input": 0}]}
 * }</pre>
 *
 * A dynamic dimension is -1, an unknown rank has no {@code shape}. {@code output} and {@code input}
 * are positions in the nodes' lists. A loop or branch has {@code bodies}: graphs of the same form
 * by name.
 */
public final class GraphJson {
  private static final JsonFactory JSON = new JsonFactory();

  private GraphJson() {}

  /** Writes the graph; the stream stays open. */
  public static void write(Graph graph, OutputStream target) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(target)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      graph(graph, json);
    }
  }

  private static void graph(Graph graph, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("nodes");
    for (Node node : graph.nodes()) {
      node(node, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("edges");
    for (Node node : graph.nodes()) {
      int input = 0;
      for (Input port : node.inputs()) {
        Output source = port.source();
        json.writeStartObject();
        json.writeNumberField("from", source.node().id());
        json.writeNumberField("output", source.index());
        json.writeNumberField("to", node.id());
        json.writeNumberField("input", input++);
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void node(Node node, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", node.id());
    json.writeStringField("name", node.name());
    json.writeStringField("type", node.type());
    json.writeStringField("opset", node.opset());
    json.writeObjectFieldStart("attributes");
    for (Map.Entry<String, String> attribute : node.attributes().entrySet()) {
      json.writeStringField(attribute.getKey(), attribute.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("inputs");
    for (Input input : node.inputs()) {
      port(input.source(), false, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("outputs");
    for (Output output : node.outputs()) {
      port(output, true, json);
    }
    json.writeEndArray();
    if (!node.bodies().isEmpty()) {
      json.writeObjectFieldStart("bodies");
      for (Map.Entry<String, Graph> body : node.bodies().entrySet()) {
        json.writeFieldName(body.getKey());
        graph(body.getValue(), json);
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void port(Output tensor, boolean names, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", tensor.type().irName());
    PartialShape shape = tensor.shape();
    if (shape.hasRank()) {
      json.writeArrayFieldStart("shape");
      for (Dimension dimension : shape.dimensions()) {
        json.writeNumber(dimension.isStatic() ? dimension.length() : -1);
      }
      json.writeEndArray();
    }
    if (names) {
      json.writeArrayFieldStart("names");
      for (String name : tensor.names()) {
        json.writeString(name);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
