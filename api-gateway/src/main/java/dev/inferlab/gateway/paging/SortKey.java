package dev.inferlab.gateway.paging;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A column that a list can be sorted by.
 *
 * @param attribute HQL path from the listed entity {@code e}, never null in the database
 */
public record SortKey(String attribute, Type type) {

  /** How its values are written in a cursor. */
  public enum Type {
    TEXT,
    TIME,
    NUMBER
  }

  public static SortKey text(String attribute) {
    return new SortKey(attribute, Type.TEXT);
  }

  public static SortKey time(String attribute) {
    return new SortKey(attribute, Type.TIME);
  }

  public static SortKey number(String attribute) {
    return new SortKey(attribute, Type.NUMBER);
  }

  Optional<Object> parse(String value) {
    try {
      return Optional.of(
          switch (type) {
            case TEXT -> value;
            case TIME -> Instant.parse(value);
            case NUMBER -> Long.valueOf(value);
          });
    } catch (DateTimeParseException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
