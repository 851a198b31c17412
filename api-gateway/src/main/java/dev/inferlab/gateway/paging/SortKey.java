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
    NAME,
    TIME,
    NUMBER
  }

  public static SortKey text(String attribute) {
    return new SortKey(attribute, Type.TEXT);
  }

  /** Of names, which sort without regard to case. */
  public static SortKey name(String attribute) {
    return new SortKey(attribute, Type.NAME);
  }

  public static SortKey time(String attribute) {
    return new SortKey(attribute, Type.TIME);
  }

  public static SortKey number(String attribute) {
    return new SortKey(attribute, Type.NUMBER);
  }

  /**
   * What is compared of the attribute or of a cursor's value. Only the database may fold case, as
   * Java's way differs; and by a collation that all databases have, as many fold ASCII alone.
   *
   * @param expression HQL
   */
  String compared(String expression) {
    return type == Type.NAME ? "lower(collate(%s as pg_c_utf8))".formatted(expression) : expression;
  }

  Optional<Object> parse(String value) {
    try {
      return Optional.of(
          switch (type) {
            case TEXT, NAME -> value;
            case TIME -> Instant.parse(value);
            case NUMBER -> Long.valueOf(value);
          });
    } catch (DateTimeParseException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
