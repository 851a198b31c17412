package dev.inferlab.platform.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Jackson could not read, told by path and without Java's names. */
public final class JsonProblems {
  private static final int LONGEST_VALUE = 60;
  private static final Pattern DUPLICATE =
      Pattern.compile("Duplicate field '(.*?)'(?:\\R at \\[Source.*)?", Pattern.DOTALL);
  private static final Pattern LIMIT =
      Pattern.compile("(.*?) \\(\\d+\\) exceeds the maximum allowed \\((\\d+),.*", Pattern.DOTALL);

  private JsonProblems() {}

  /** Of a text that came as a part of a form. */
  public static ProblemException ofPart(JsonProcessingException cause, String part) {
    ProblemException problem = of(cause);
    Location at = problem.location().orElse(Location.ofFile(part));
    return new ProblemException(
        problem.code(),
        problem.detail(),
        problem.violations(),
        new Location(part, at.line(), at.column(), null),
        cause);
  }

  public static ProblemException of(JsonProcessingException cause) {
    return switch (cause) {
      case UnrecognizedPropertyException unknown -> unknownField(unknown);
      case InvalidFormatException invalid ->
          wrongShape(invalid, "%s is not %s".formatted(shown(invalid.getValue()), wanted(invalid)));
      // Our own records refuse values in their constructors; their sentences are for users.
      case ValueInstantiationException refused
          when refused.getCause() instanceof ProblemException problem ->
          problem;
      case ValueInstantiationException refused
          when refused.getCause() instanceof IllegalArgumentException reason ->
          wrongShape(refused, reason.getMessage());
      case MismatchedInputException trailing
          when String.valueOf(trailing.getOriginalMessage()).startsWith("Trailing token") ->
          malformed(trailing);
      case MismatchedInputException mismatched when mismatched.getPath().isEmpty() ->
          whole(mismatched);
      case MismatchedInputException mismatched ->
          wrongShape(mismatched, "must be " + wanted(mismatched));
      case JsonMappingException mapping
          when mapping.getCause() instanceof ProblemException problem ->
          problem;
      case JsonMappingException mapping when !mapping.getPath().isEmpty() ->
          wrongShape(mapping, "cannot be used");
      default -> malformed(cause);
    };
  }

  private static ProblemException unknownField(UnrecognizedPropertyException unknown) {
    String known =
        unknown.getKnownPropertyIds() == null
            ? ""
            : unknown.getKnownPropertyIds().stream()
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(", ", "; known here: ", ""));
    return new ProblemException(
        ProblemCode.JSON_UNKNOWN_FIELD,
        "The field '%s' is not known.".formatted(path(unknown)),
        List.of(new Violation(path(unknown), "unknown field" + known)));
  }

  private static ProblemException wrongShape(JsonMappingException cause, String reason) {
    return new ProblemException(
        ProblemCode.JSON_WRONG_SHAPE,
        "The field '%s' cannot be read.".formatted(path(cause)),
        List.of(new Violation(path(cause), reason)));
  }

  private static ProblemException whole(MismatchedInputException cause) {
    boolean empty = cause.getMessage().startsWith("No content");
    return new ProblemException(
        ProblemCode.JSON_WRONG_SHAPE,
        empty ? "The body is empty." : "The body must be %s.".formatted(wanted(cause)));
  }

  private static ProblemException malformed(JsonProcessingException cause) {
    JsonLocation at = cause.getLocation();
    String where =
        at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    Location location =
        at == null ? null : new Location(null, at.getLineNr(), at.getColumnNr(), null);
    return new ProblemException(
        ProblemCode.JSON_MALFORMED,
        "The JSON cannot be read%s%s.".formatted(where, reason(cause)),
        location);
  }

  /** In our words; empty where the place says enough. */
  private static String reason(JsonProcessingException cause) {
    String text = String.valueOf(cause.getOriginalMessage());
    Matcher duplicate = DUPLICATE.matcher(text);
    if (duplicate.matches()) {
      return ": the field %s is given twice".formatted(shown(duplicate.group(1)));
    }
    if (text.startsWith("Trailing token")) {
      return ": something follows its end";
    }
    Matcher limit = LIMIT.matcher(text);
    if (!limit.matches()) {
      return "";
    }
    String most = limit.group(2);
    return switch (limit.group(1)) {
      case "Document nesting depth" -> ": it is nested deeper than %s levels".formatted(most);
      case "Number value length" -> ": a number is longer than %s digits".formatted(most);
      case "Name length" -> ": a field's name is longer than %s characters".formatted(most);
      default -> ": a value is longer than %s characters".formatted(most);
    };
  }

  private static String path(JsonMappingException cause) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference part : cause.getPath()) {
      if (part.getFieldName() == null) {
        path.append('[').append(part.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
      }
    }
    return path.toString();
  }

  private static String shown(Object value) {
    String text = String.valueOf(value);
    return text.length() <= LONGEST_VALUE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_VALUE) + "…'";
  }

  private static String wanted(MismatchedInputException cause) {
    Class<?> type = cause.getTargetType();
    if (type == null) {
      return "of another type";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == java.util.UUID.class) {
      return "a UUID";
    }
    if (java.time.temporal.Temporal.class.isAssignableFrom(type)) {
      return "a time in ISO 8601 form";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "a text";
    }
    if (java.util.Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    return "an object";
  }
}
