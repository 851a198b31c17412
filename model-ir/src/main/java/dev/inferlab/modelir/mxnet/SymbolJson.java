package dev.inferlab.modelir.mxnet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MXNet's {@code symbol.json}: nodes that refer to earlier nodes by index (mxnet.apache.org,
 * "Symbol save format"; written by nnvm's SaveJSON pass).
 *
 * @param heads the outputs
 */
public record SymbolJson(List<Node> nodes, List<Entry> heads) {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxStringLength(1 << 20)
                  .maxNumberLength(32)
                  .build())
          .build();

  /**
   * One node; {@code op} is {@code null} in quotes for variables (data and parameters).
   *
   * @param attributes operator's parameters, as texts
   */
  public record Node(
      String op, String name, Map<String, String> attributes, List<Entry> inputs, int line) {
    public boolean isVariable() {
      return op.equals("null");
    }

    /** What training compares with; inference never needs it. */
    public boolean isLabel() {
      return isVariable() && (name.endsWith("_label") || name.equals("label"));
    }
  }

  /** Output {@code output} of node {@code node}. */
  public record Entry(int node, int output) {}

  /** Reads a symbol; every reference in the result points to an earlier node. */
  public static SymbolJson parse(byte[] json, Budget budget) throws MalformedModelException {
    try (JsonParser parser = JSON.createParser(json)) {
      return new Reader(parser, budget).symbol();
    } catch (JsonProcessingException e) {
      // Jackson has an exception of its own for some ends only: not for one after a comma.
      boolean cut = e instanceof JsonEOFException || endsAt(e, json.length);
      throw MalformedModelException.atLine(
          cut ? Fault.TRUNCATED : Fault.MALFORMED,
          cut
              ? "the JSON ends before it is complete"
              : "the JSON is broken, or an object in it has two keys of one name",
          line(e));
    } catch (IOException e) {
      throw MalformedModelException.atLine(Fault.MALFORMED, "the text is not UTF-8", 1);
    }
  }

  private static boolean endsAt(JsonProcessingException e, int length) {
    return e.getLocation() != null && e.getLocation().getByteOffset() >= length;
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
  }

  private record Reader(JsonParser json, Budget budget) {

    SymbolJson symbol() throws IOException, MalformedModelException {
      List<Node> nodes = new ArrayList<>();
      List<Entry> heads = new ArrayList<>();
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("nodes")) {
          expect(value, JsonToken.START_ARRAY);
          while (json.nextToken() != JsonToken.END_ARRAY) {
            nodes.add(node(nodes.size()));
          }
        } else if (field.equals("heads")) {
          entries(heads, nodes.size());
        } else {
          json.skipChildren();
        }
      }
      expect(json.currentToken(), JsonToken.END_OBJECT);
      if (nodes.isEmpty() || heads.isEmpty()) {
        throw fault(Fault.TRUNCATED, "the symbol has no nodes or no outputs");
      }
      return new SymbolJson(List.copyOf(nodes), List.copyOf(heads));
    }

    private Node node(int index) throws IOException, MalformedModelException {
      budget.step(index);
      expect(json.currentToken(), JsonToken.START_OBJECT);
      int line = json.currentTokenLocation().getLineNr();
      String op = "";
      String name = "";
      Map<String, String> attributes = new LinkedHashMap<>();
      List<Entry> inputs = new ArrayList<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        switch (field) {
          case "op" -> op = text();
          case "name" -> name = text();
          // "param" until 0.9, "attr" until 0.12, "attrs" since; old files have two of them.
          case "attrs", "attr", "param" -> {
            if (value == JsonToken.START_OBJECT) {
              attributes(attributes);
            } else {
              json.skipChildren();
            }
          }
          case "inputs" -> entries(inputs, index);
          default -> json.skipChildren();
        }
      }
      if (op.isEmpty() || name.isEmpty()) {
        throw fault(Fault.MALFORMED, "node %d has no operator or no name".formatted(index));
      }
      return new Node(op, name, attributes, List.copyOf(inputs), line);
    }

    private void attributes(Map<String, String> attributes)
        throws IOException, MalformedModelException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        attributes.put(key, text());
      }
    }

    private void entries(List<Entry> entries, int before)
        throws IOException, MalformedModelException {
      expect(json.currentToken(), JsonToken.START_ARRAY);
      while (json.nextToken() == JsonToken.START_ARRAY) {
        budget.step(before);
        budget.keep(0, 0);
        int[] numbers = new int[2];
        int count = 0;
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
          if (count < 2) {
            numbers[count] = json.getIntValue();
          }
          count++;
        }
        expect(json.currentToken(), JsonToken.END_ARRAY);
        if (count == 0 || numbers[0] < 0 || numbers[0] >= before || numbers[1] < 0) {
          throw fault(Fault.MALFORMED, "a node refers to a node that does not come before it");
        }
        entries.add(new Entry(numbers[0], numbers[1]));
      }
      expect(json.currentToken(), JsonToken.END_ARRAY);
    }

    private String text() throws IOException, MalformedModelException {
      if (json.currentToken() == null || !json.currentToken().isScalarValue()) {
        throw fault(Fault.MALFORMED, "a text is expected");
      }
      String text = json.getText();
      budget.keep(2L * text.length(), 0);
      return text;
    }

    private void expect(JsonToken token, JsonToken expected) throws MalformedModelException {
      if (token != expected) {
        throw fault(
            token == null ? Fault.TRUNCATED : Fault.MALFORMED,
            token == null ? "the JSON ends before it is complete" : "the JSON is not a symbol");
      }
    }

    private MalformedModelException fault(Fault fault, String reason) {
      return MalformedModelException.atLine(
          fault, reason, Math.max(1, json.currentLocation().getLineNr()));
    }
  }
}
