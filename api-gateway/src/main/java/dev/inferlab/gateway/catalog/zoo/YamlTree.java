package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML that nobody trusts, as a tree of JSON. Nodes are composed and never constructed: no tag can
 * make an object. Size, depth, aliases and nodes (with what aliases repeat) are bounded.
 */
final class YamlTree {
  static final int LARGEST = 256 * 1024;
  private static final int DEEPEST = 16;
  private static final int MOST_ALIASES = 20;
  private static final int MOST_NODES = 20_000;

  private int nodes;

  private YamlTree() {}

  /** What is wrong, and in which line (from 1; 0: not known). */
  static final class BadYamlException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int line;

    BadYamlException(String reason, int line) {
      super(reason);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  static JsonNode read(byte[] bytes) throws BadYamlException {
    if (bytes.length > LARGEST) {
      throw new BadYamlException("is larger than %d bytes".formatted(LARGEST), 0);
    }
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST);
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      if (root == null) {
        throw new BadYamlException("is empty", 0);
      }
      return new YamlTree().tree(root, 0);
    } catch (CharacterCodingException e) {
      throw new BadYamlException("is not UTF-8", 0);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new BadYamlException("is no YAML that is read here: " + reason(e.getProblem()), line);
    } catch (YAMLException | StackOverflowError e) {
      throw new BadYamlException("is no YAML that is read here: " + reason(e.getMessage()), 0);
    }
  }

  private static String reason(String message) {
    if (message == null) {
      return "it is nested too deep";
    }
    String line = message.lines().findFirst().orElse("").strip();
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }

  private JsonNode tree(Node node, int depth) throws BadYamlException {
    int line = node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw new BadYamlException("has too many values, or nests them too deep", line);
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, line);
      case SequenceNode sequence when sequence.getTag().equals(Tag.SEQ) -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Node element : sequence.getValue()) {
          array.add(tree(element, depth + 1));
        }
        yield array;
      }
      case MappingNode mapping when mapping.getTag().equals(Tag.MAP) -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (NodeTuple field : mapping.getValue()) {
          if (!(field.getKeyNode() instanceof ScalarNode key)) {
            throw new BadYamlException("has a field whose name is no text", line);
          }
          object.set(key.getValue(), tree(field.getValueNode(), depth + 1));
        }
        if (object.size() < mapping.getValue().size()) {
          throw new BadYamlException("has a field twice", line);
        }
        yield object;
      }
      default -> throw tag(node.getTag(), line);
    };
  }

  private static JsonNode scalar(ScalarNode node, int line) throws BadYamlException {
    JsonNodeFactory json = JsonNodeFactory.instance;
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return json.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return json.booleanNode(text.matches("(?i)yes|true|on"));
    }
    if (tag.equals(Tag.INT) && text.matches("[-+]?(0|[1-9][0-9]{0,17})")) {
      return json.numberNode(Long.parseLong(text));
    }
    if (tag.equals(Tag.FLOAT) && text.matches("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]{1,3})?")) {
      return json.numberNode(Double.parseDouble(text));
    }
    if (tag.equals(Tag.STR)
        || tag.equals(Tag.INT)
        || tag.equals(Tag.FLOAT)
        || tag.equals(Tag.TIMESTAMP)
        || tag.equals(Tag.MERGE)) {
      return json.textNode(text);
    }
    throw tag(tag, line);
  }

  private static BadYamlException tag(Tag tag, int line) {
    return new BadYamlException(
        "has the tag %s, which is not read".formatted(tag.getValue()), line);
  }
}
