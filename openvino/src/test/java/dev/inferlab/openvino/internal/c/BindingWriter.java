package dev.inferlab.openvino.internal.c;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes one class a header with a method for each C function. Run it when the pinned runtime
 * changes:
 *
 * <pre>
 * java -cp target/test-classes:target/classes dev.inferlab.openvino.internal.c.BindingWriter HEADERS src/main/java
 * </pre>
 *
 * then format. {@link BindingMatchesHeadersTest} fails while the checked-in classes differ from
 * what this writes.
 */
final class BindingWriter {

  private static final Map<String, String> LAYOUTS =
      Map.of(
          "ov_shape_t", "Structs.SHAPE",
          "ov_partial_shape_t", "Structs.PARTIAL_SHAPE",
          "ov_dimension_t", "Structs.DIMENSION",
          "ov_rank_t", "Structs.DIMENSION");

  private BindingWriter() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1], BindingWriter.class.getPackageName().replace('.', '/'));
    for (Map.Entry<String, String> source : write(new CHeaders(Path.of(arguments[0]))).entrySet()) {
      Files.writeString(folder.resolve(source.getKey() + ".java"), source.getValue());
    }
  }

  /** Class name to its source, for all functions that are not {@link LeftOut}. */
  static Map<String, String> write(CHeaders headers) {
    Map<String, List<CHeaders.Function>> byClass =
        headers.functions().stream()
            .filter(function -> !LeftOut.REASONS.containsKey(function.name()))
            .collect(
                Collectors.groupingBy(
                    function -> className(function.header()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<String, String> sources = new LinkedHashMap<>();
    byClass.forEach((name, functions) -> sources.put(name, source(name, functions)));
    return sources;
  }

  private static String className(String header) {
    return capitalized(camelCase(header.replace(".h", "")));
  }

  private static String source(String className, List<CHeaders.Function> functions) {
    StringBuilder methods = new StringBuilder();
    functions.forEach(function -> methods.append(method(function)));
    StringBuilder imports = new StringBuilder();
    for (String carrier :
        List.of("ADDRESS", "JAVA_BOOLEAN", "JAVA_FLOAT", "JAVA_INT", "JAVA_LONG")) {
      if (methods.toString().matches("(?s).*\\b" + carrier + "\\b.*")) {
        imports
            .append("import static java.lang.foreign.ValueLayout.")
            .append(carrier)
            .append(";\n");
      }
    }
    return """
        package dev.inferlab.openvino.internal.c;

        %s
        import java.lang.foreign.FunctionDescriptor;
        import java.lang.foreign.MemorySegment;
        import java.lang.invoke.MethodHandle;

        /** Functions of {@code %s}. Written by BindingWriter; do not edit. */
        @SuppressWarnings("MemberName") // names are C's, to be found by search
        public final class %s {
          private %s() {}
        %s}
        """
        .formatted(imports, functions.getFirst().header(), className, className, methods);
  }

  private static String method(CHeaders.Function function) {
    String handle = function.name().toUpperCase(java.util.Locale.ROOT);
    boolean isVoid = function.returnType().equals("void");
    String layouts =
        function.parameters().stream().map(p -> layout(p.type())).collect(Collectors.joining(", "));
    String descriptor =
        isVoid
            ? "ofVoid(" + layouts + ")"
            : "of("
                + layout(function.returnType())
                + (layouts.isEmpty() ? "" : ", ")
                + layouts
                + ")";
    String parameters =
        function.parameters().stream()
            .map(p -> carrier(p.type()) + " " + camelCase(p.name()))
            .collect(Collectors.joining(", "));
    String arguments =
        function.parameters().stream()
            .map(p -> camelCase(p.name()))
            .collect(Collectors.joining(", "));
    String javaReturn = isVoid ? "void" : carrier(function.returnType());
    return """

          private static final MethodHandle %s =
              Symbols.function("%s", FunctionDescriptor.%s);

          public static %s %s(%s) {
            try {
              %s%s.invokeExact(%s);
            } catch (Throwable e) {
              throw Symbols.unexpected(e);
            }
          }
        """
        .formatted(
            handle,
            function.name(),
            descriptor,
            javaReturn,
            function.name(),
            parameters,
            isVoid ? "" : "return (" + javaReturn + ") ",
            handle,
            arguments);
  }

  private static String layout(String type) {
    String plain = plain(type);
    if (LAYOUTS.containsKey(plain)) {
      return LAYOUTS.get(plain);
    }
    return switch (carrier(type)) {
      case "MemorySegment" -> "ADDRESS";
      case "boolean" -> "JAVA_BOOLEAN";
      case "float" -> "JAVA_FLOAT";
      case "int" -> "JAVA_INT";
      default -> "JAVA_LONG";
    };
  }

  private static String carrier(String type) {
    String plain = plain(type);
    if (plain.endsWith("*") || plain.endsWith("_func") || LAYOUTS.containsKey(plain)) {
      return "MemorySegment";
    }
    if (plain.endsWith("_e")) {
      return "int";
    }
    return switch (plain) {
      case "size_t", "int64_t" -> "long";
      case "int32_t", "int" -> "int";
      case "float" -> "float";
      case "bool" -> "boolean";
      default -> throw new IllegalArgumentException("No carrier is known for the C type " + type);
    };
  }

  private static String plain(String type) {
    return type.replace("const", "").replace(" ", "");
  }

  private static String capitalized(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    for (String word : name.split("_")) {
      text.append(text.isEmpty() ? word : capitalized(word));
    }
    return text.toString();
  }
}
