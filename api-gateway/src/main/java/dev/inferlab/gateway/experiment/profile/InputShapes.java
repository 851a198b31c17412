package dev.inferlab.gateway.experiment.profile;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.gateway.text.PlainText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shapes that a model's inputs have at one point, with every dimension counted. In JSON an
 * object of lists by the input's name, or one list for the only input.
 *
 * @param byName the name is empty where the user gave none
 */
public record InputShapes(Map<String, List<Integer>> byName) {
  private static final int MOST_INPUTS = 64;
  private static final int MOST_DIMENSIONS = 16;
  private static final int LONGEST_NAME = 200;

  public InputShapes {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Reads a shape of {@code fields}; a fault becomes a violation and makes a shape of nothing. */
  static InputShapes read(JsonNode node, String at, Violations violations) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    if (node.isArray()) {
      shapes.put("", lengths(node, at, violations));
    } else if (!node.isObject() || node.isEmpty() || node.size() > MOST_INPUTS) {
      violations.add(
          at,
          "must be a list of lengths, or an object of such lists by the names of 1 to %d inputs"
              .formatted(MOST_INPUTS));
    } else {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        String name = entry.getKey();
        Optional<String> fault = PlainText.fault(name, LONGEST_NAME);
        if (fault.isPresent()) {
          violations.add(at, "an input's name " + fault.get());
        } else {
          shapes.put(name, lengths(entry.getValue(), at + "." + name, violations));
        }
      }
    }
    return new InputShapes(shapes);
  }

  private static List<Integer> lengths(JsonNode node, String at, Violations violations) {
    if (!node.isArray() || node.isEmpty() || node.size() > MOST_DIMENSIONS) {
      violations.add(at, "must be an array of 1 to %d lengths".formatted(MOST_DIMENSIONS));
      return List.of();
    }
    List<Integer> lengths = new ArrayList<>();
    long elements = 1;
    for (JsonNode length : node) {
      boolean whole = length.isIntegralNumber() && length.canConvertToInt();
      if (!whole || length.intValue() < 1) {
        violations.add(
            at, "must have whole numbers from 1 on: a measurement needs every dimension's length");
        return List.of();
      }
      lengths.add(length.intValue());
      elements *= length.intValue();
      if (elements > Integer.MAX_VALUE) {
        violations.add(at, "has more than %d elements".formatted(Integer.MAX_VALUE));
        return List.of();
      }
    }
    return List.copyOf(lengths);
  }

  /** The same with the name of the only input, in the order of the model's inputs. */
  InputShapes named(List<Port> inputs) {
    Map<String, List<Integer>> named = new LinkedHashMap<>();
    for (Port input : inputs) {
      List<Integer> shape = byName.get(isNameless() ? "" : input.name());
      if (shape != null) {
        named.put(input.name(), shape);
      }
    }
    return new InputShapes(named);
  }

  /** Holds the shapes against the model's inputs. */
  void check(List<Port> inputs, String at, Violations violations) {
    if (byName.values().stream().anyMatch(List::isEmpty) || byName.isEmpty()) {
      return; // its fault is told already
    }
    List<String> names = inputs.stream().map(Port::name).toList();
    if (isNameless() && inputs.size() != 1) {
      violations.add(
          at,
          "must be an object of shapes by name: the model has %d inputs (%s)"
              .formatted(names.size(), shown(names)));
      return;
    }
    byName.forEach(
        (name, shape) -> {
          if (!isNameless() && !names.contains(name)) {
            violations.add(
                at + "." + name, "is no input of the model; it has %s".formatted(shown(names)));
          }
        });
    InputShapes named = named(inputs);
    for (Port input : inputs) {
      String place = isNameless() ? at : at + "." + input.name();
      List<Integer> shape = named.byName().get(input.name());
      if (shape == null) {
        if (isOpenBeyondBatch(input)) {
          violations.add(place, "is missing: the input's shape is " + input.shape());
        }
      } else if (hasRank(input) && input.shape().size() != shape.size()) {
        violations.add(
            place,
            "must have %d dimensions: the input's shape is %s"
                .formatted(input.shape().size(), input.shape()));
      }
    }
  }

  /** What a point without shapes needs: that no more than the batch is open. */
  static void checkNoneNeeded(List<Port> inputs, String at, Violations violations) {
    for (Port input : inputs) {
      if (isOpenBeyondBatch(input)) {
        violations.add(
            at,
            "is missing: the shape of the input '%s' is %s, and more than the batch is open"
                .formatted(input.name(), input.shape()));
      }
    }
  }

  /** Of a port without a known rank nothing, as of a number, is told: neither is judged here. */
  private static boolean hasRank(Port input) {
    return input.shape() != null && !input.shape().isEmpty();
  }

  private static boolean isOpenBeyondBatch(Port input) {
    return hasRank(input) && input.shape().subList(1, input.shape().size()).contains(-1L);
  }

  private static String shown(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(10, names.size())));
  }

  private boolean isNameless() {
    return byName.containsKey("");
  }

  /** The first dimension of the first input: images in one inference. */
  int batch() {
    return byName.values().stream()
        .filter(shape -> !shape.isEmpty())
        .findFirst()
        .map(List::getFirst)
        .orElse(1);
  }

  @JsonValue
  Object json() {
    return isNameless() ? byName.get("") : byName;
  }
}
