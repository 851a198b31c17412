package dev.inferlab.openvino.internal.c;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The C API as the installed runtime's headers declare it: what the binding is generated from and
 * checked against. It understands the plain style of these headers, not C.
 */
final class CHeaders {

  record Parameter(String type, String name) {}

  record Function(
      String header,
      String returnType,
      String name,
      List<Parameter> parameters,
      boolean variadic) {}

  record Field(String type, String name) {}

  private static final Pattern FUNCTION =
      Pattern.compile("OPENVINO_C_API\\(([^)]*)\\)\\s*(ov_\\w+)\\s*\\(([^;]*)\\)\\s*;");
  private static final Pattern VARIABLE =
      Pattern.compile("OPENVINO_C_VAR\\([^)]*\\)\\s*(\\w+)\\s*;");
  private static final Pattern STRUCT =
      Pattern.compile(
          "typedef struct \\w*\\s*\\{((?:[^{}]|enum \\w+ \\{[^}]*\\})*)\\}\\s*(\\w+)\\s*;");

  /** A pointer to a function, as a field of a struct or as a type of its own. */
  private static final Pattern CALLBACK =
      Pattern.compile(
          "(\\w+)\\s*\\((?:OPENVINO_C_API_CALLBACK)?\\s*\\*\\s*(\\w+)\\)\\(([^)]*)\\);");

  private static final Pattern ENUM =
      Pattern.compile("typedef enum\\s*\\{(?<body>[^}]*)\\}\\s*(?<name>\\w+)\\s*;");

  /** Declared where a struct uses it. */
  private static final Pattern INNER_ENUM =
      Pattern.compile("enum (?<name>\\w+)\\s*\\{(?<body>[^}]*)\\}");

  private final Map<String, String> sources = new LinkedHashMap<>();

  CHeaders(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".h")).sorted().toList()) {
        String text = Files.readString(file);
        text = text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "");
        sources.put(file.getFileName().toString(), text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Function> functions() {
    List<Function> functions = new ArrayList<>();
    sources.forEach(
        (header, text) -> {
          Matcher matcher = FUNCTION.matcher(text);
          while (matcher.find()) {
            List<Parameter> parameters = new ArrayList<>();
            boolean variadic = false;
            for (String part : matcher.group(3).split(",")) {
              String declaration = part.strip();
              if (declaration.equals("...")) {
                variadic = true;
              } else if (!declaration.isEmpty()) {
                parameters.add(parameter(declaration));
              }
            }
            functions.add(
                new Function(
                    header, matcher.group(1).strip(), matcher.group(2), parameters, variadic));
          }
        });
    return functions;
  }

  /** Names of the exported {@code const char*} variables, the property keys. */
  List<String> variables() {
    List<String> names = new ArrayList<>();
    sources
        .values()
        .forEach(t -> VARIABLE.matcher(t).results().forEach(r -> names.add(r.group(1))));
    return names;
  }

  /** Types of functions that the runtime calls, each as {@code result name(parameters)}. */
  List<String> callbacks() {
    return sources.values().stream()
        .flatMap(text -> CALLBACK.matcher(text).results())
        .map(r -> "%s %s(%s)".formatted(r.group(1), r.group(2), r.group(3)))
        .toList();
  }

  Map<String, List<Field>> structs() {
    Map<String, List<Field>> structs = new LinkedHashMap<>();
    for (String text : sources.values()) {
      Matcher matcher = STRUCT.matcher(text);
      while (matcher.find()) {
        List<Field> fields = new ArrayList<>();
        // An enum declared in place is an int; a function pointer is a pointer.
        String body =
            matcher
                .group(1)
                .replaceAll("enum \\w+ \\{[^}]*\\}", "int")
                .replaceAll("void\\(OPENVINO_C_API_CALLBACK\\* (\\w+)\\)\\([^)]*\\)", "void* $1");
        for (String line : body.split(";")) {
          if (!line.isBlank()) {
            Parameter field = parameter(line.strip());
            fields.add(new Field(field.type(), field.name()));
          }
        }
        structs.put(matcher.group(2), fields);
      }
    }
    return structs;
  }

  /** Constants of an enum with their values, in order. */
  Map<String, Integer> constants(String enumName) {
    return sources.values().stream()
        .flatMap(
            text -> Stream.concat(ENUM.matcher(text).results(), INNER_ENUM.matcher(text).results()))
        .filter(declared -> declared.group("name").equals(enumName))
        .map(declared -> constantsOf(declared.group("body")))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("The headers declare no enum " + enumName));
  }

  private static Map<String, Integer> constantsOf(String body) {
    Map<String, Integer> constants = new LinkedHashMap<>();
    int next = 0;
    for (String part : body.split(",")) {
      if (!part.isBlank()) {
        String[] sides = part.split("=");
        if (sides.length == 2) {
          next = Integer.parseInt(sides[1].strip().replace("U", ""));
        }
        constants.put(sides[0].strip(), next++);
      }
    }
    return constants;
  }

  private static Parameter parameter(String declaration) {
    int split = declaration.length();
    while (split > 0 && Character.isJavaIdentifierPart(declaration.charAt(split - 1))) {
      split--;
    }
    String type = declaration.substring(0, split).replaceAll("\\s+", " ").strip();
    return new Parameter(type, declaration.substring(split));
  }
}
