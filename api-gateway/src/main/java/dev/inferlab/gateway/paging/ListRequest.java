package dev.inferlab.gateway.paging;

import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * The query parameters of a list, read strictly: one that nobody knows is an error, not ignored.
 */
public final class ListRequest {
  private static final int LONGEST_VALUE = 200;
  public static final int MOST = 200;
  public static final int USUAL = 50;

  private final MultivaluedMap<String, String> parameters;
  private final Violations violations = new Violations();
  private final Set<String> known = new HashSet<>();

  public ListRequest(UriInfo uri) {
    parameters = uri.getQueryParameters();
  }

  /** A filter's value. */
  public Optional<String> text(String name) {
    known.add(name);
    List<String> values = parameters.getOrDefault(name, List.of());
    if (values.isEmpty()) {
      return Optional.empty();
    }
    String value = values.getFirst();
    if (values.size() > 1) {
      violations.add(name, "is given more than once");
    } else if (value.isEmpty() || value.length() > LONGEST_VALUE) {
      violations.add(name, "must have 1 to %d characters".formatted(LONGEST_VALUE));
    } else {
      Optional<String> fault = PlainText.searchFault(value);
      fault.ifPresent(reason -> violations.add(name, reason));
      return fault.isPresent() ? Optional.empty() : Optional.of(value);
    }
    return Optional.empty();
  }

  public Optional<UUID> id(String name) {
    Optional<String> value = text(name);
    Optional<UUID> id = value.flatMap(Uuids::parse);
    if (value.isPresent() && id.isEmpty()) {
      violations.add(name, "must be an id (a UUID)");
    }
    return id;
  }

  public Optional<String> choice(String name, Set<String> choices) {
    Optional<String> value = text(name);
    if (value.isPresent() && !choices.contains(value.get())) {
      violations.add(
          name, "must be one of " + String.join(", ", choices.stream().sorted().toList()));
      return Optional.empty();
    }
    return value;
  }

  /** A whole number, 0 or more. */
  public Optional<Long> count(String name) {
    Optional<String> value = text(name);
    if (value.isPresent() && !value.get().matches("\\d{1,18}")) {
      violations.add(name, "must be a whole number, 0 or more");
      return Optional.empty();
    }
    return value.map(Long::valueOf);
  }

  /** A number, 0 or more. */
  public Optional<Double> number(String name) {
    return text(name)
        .flatMap(
            value -> {
              try {
                double number = Double.parseDouble(value);
                if (Double.isFinite(number) && number >= 0) {
                  return Optional.of(number);
                }
              } catch (NumberFormatException e) {
                // told below
              }
              violations.add(name, "must be a number, 0 or more");
              return Optional.empty();
            });
  }

  public int limit() {
    Optional<String> value = text("limit");
    if (value.isEmpty()) {
      return USUAL;
    }
    if (value.get().matches("\\d{1,3}")) {
      int limit = Integer.parseInt(value.get());
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    }
    violations.add("limit", "must be a whole number from 1 to " + MOST);
    return USUAL;
  }

  /** The cursor of a list that is numbered and never changes; 0 without one. */
  public int offset() {
    Optional<String> value = cursor();
    if (value.isPresent() && !value.get().matches("\\d{1,9}")) {
      throw Cursor.invalid();
    }
    return value.map(Integer::parseInt).orElse(0);
  }

  /** The part of a list that never changes; all of it without a limit. */
  public Slice slice() {
    return new Slice(
        cursor(), text("limit").isPresent() ? OptionalInt.of(limit()) : OptionalInt.empty());
  }

  /** The name of one of the keys, with {@code -} before it for descending order. */
  public String sort(Map<String, SortKey> keys, String usual) {
    String sort = text("sort").orElse(usual);
    String name = sort.startsWith("-") ? sort.substring(1) : sort;
    if (!keys.containsKey(name)) {
      throw new ProblemException(
          ProblemCode.SORT_INVALID,
          "The list has no such sort field.",
          List.of(
              new Violation(
                  "sort",
                  "must be one of %s, with '-' before it for descending order"
                      .formatted(String.join(", ", keys.keySet().stream().sorted().toList())))));
    }
    return sort;
  }

  Optional<String> cursor() {
    known.add("cursor");
    return Optional.ofNullable(parameters.getFirst("cursor"));
  }

  /** Call after all filters were read. */
  public void check() {
    for (String name : parameters.keySet()) {
      if (!known.contains(name)) {
        violations.add(
            PlainText.shown(name, 60),
            "is not known; known: " + String.join(", ", known.stream().sorted().toList()));
      }
    }
    violations.throwIfAny(ProblemCode.FILTER_INVALID, "A query parameter cannot be used.");
  }
}
