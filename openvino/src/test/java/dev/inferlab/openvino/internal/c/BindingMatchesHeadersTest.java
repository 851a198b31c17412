package dev.inferlab.openvino.internal.c;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.LayerProfile;
import dev.inferlab.openvino.OpenVino;
import dev.inferlab.openvino.PrePostProcessor;
import dev.inferlab.openvino.Property;
import dev.inferlab.openvino.Status;
import dev.inferlab.openvino.internal.loader.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The binding against the headers that come with the installed runtime: a release that changes a
 * signature, a struct or a number fails here and not at a user's.
 */
class BindingMatchesHeadersTest {

  private static final Path MODULE = Path.of("").toAbsolutePath();
  private static final Path SOURCES = MODULE.resolve("src/main/java");
  private static final CHeaders HEADERS =
      new CHeaders(OpenVino.libraryFolder().resolveSibling("include/openvino/c"));

  /** Keys that only make sense with pointers of a GPU's driver, or with functions of the caller. */
  private static final Set<String> KEYS_LEFT_OUT =
      Set.of(
          "ov_property_key_cache_encryption_callbacks",
          "ov_property_key_intel_gpu_context_type",
          "ov_property_key_intel_gpu_ocl_context",
          "ov_property_key_intel_gpu_ocl_context_device_id",
          "ov_property_key_intel_gpu_tile_id",
          "ov_property_key_intel_gpu_ocl_queue",
          "ov_property_key_intel_gpu_va_device",
          "ov_property_key_intel_gpu_shared_mem_type",
          "ov_property_key_intel_gpu_mem_handle",
          "ov_property_key_intel_gpu_dev_object_handle",
          "ov_property_key_intel_gpu_va_plane");

  /** Public classes that leave calls to others. */
  private static final Map<String, List<String>> BEHIND =
      Map.of(
          "InferRequest", List.of("RequestTensors", "ProfileReader"),
          "Model", List.of("Native"),
          "NativeCallException", List.of("Native"),
          "OpenVino", List.of("internal/loader/NativeLibrary"),
          "Shape", List.of("Tensor"));

  @Test
  void headersAreUnderstood() {
    assertThat(HEADERS.functions())
        .hasSizeGreaterThan(150)
        .extracting(CHeaders.Function::name)
        .doesNotHaveDuplicates();
    assertThat(HEADERS.variables()).hasSizeGreaterThan(40);
  }

  @Test
  void everyFunctionOfTheHeadersIsExportedByTheLibrary() {
    assertThat(HEADERS.functions())
        .allSatisfy(
            f -> assertThat(NativeLibrary.load().symbol(f.name())).as(f.name()).isPresent());
  }

  @Test
  void theCheckedInClassesAreWhatTheHeadersGive() throws IOException {
    for (Map.Entry<String, String> source : BindingWriter.write(HEADERS).entrySet()) {
      Path file = SOURCES.resolve("dev/inferlab/openvino/internal/c/" + source.getKey() + ".java");
      assertThat(withoutSpace(Files.readString(file)))
          .as("%s is out of date: run BindingWriter", source.getKey())
          .isEqualTo(withoutSpace(source.getValue()));
    }
  }

  @Test
  void whatIsLeftOutExists() {
    assertThat(HEADERS.functions())
        .extracting(CHeaders.Function::name)
        .containsAll(LeftOut.REASONS.keySet());
  }

  @Test
  void everyBoundFunctionIsUsedByThePublicClasses() throws IOException {
    String publicSources = text(SOURCES, file -> !file.toString().contains("/internal/c/"));
    assertThat(boundFunctions())
        .allSatisfy(
            name -> assertThat(publicSources).as(name).containsPattern("\\b" + name + "\\b"));
  }

  @Test
  void structsLieAsDeclared() throws ReflectiveOperationException {
    Map<String, List<CHeaders.Field>> declared = new LinkedHashMap<>(HEADERS.structs());
    for (var field : Structs.class.getFields()) {
      StructLayout layout = (StructLayout) field.get(null);
      List<CHeaders.Field> fields = declared.get(layout.name().orElseThrow());
      assertThat(fields).as(layout.name().get()).isNotNull();
      assertThat(members(layout)).isEqualTo(fields.stream().map(CHeaders.Field::name).toList());
      long offset = 0;
      for (CHeaders.Field member : fields) {
        MemoryLayout expected = layoutOf(member.type());
        offset = Math.ceilDiv(offset, expected.byteAlignment()) * expected.byteAlignment();
        PathElement path = PathElement.groupElement(member.name());
        assertThat(layout.byteOffset(path)).as(layout + "." + member.name()).isEqualTo(offset);
        assertThat(layout.select(path).byteSize()).isEqualTo(expected.byteSize());
        offset += expected.byteSize();
      }
      assertThat(layout.byteSize()).isEqualTo(offset);
    }
  }

  /** A descriptor that does not fit would corrupt the stack of a thread of the runtime. */
  @Test
  void callbacksAreDeclaredAsTheyAreTaken() {
    assertThat(HEADERS.callbacks())
        .containsExactlyInAnyOrder(
            "void callback_func(void* args)",
            "void ov_util_log_callback_func(const char* message)",
            // of a property that is left out
            "void encryption_func(const char*, const size_t, char*, size_t*)");
    for (FunctionDescriptor onePointer : List.of(Callbacks.RUN_ENDED, Callbacks.LOG)) {
      assertThat(onePointer.returnLayout()).isEmpty();
      assertThat(onePointer.argumentLayouts())
          .extracting(MemoryLayout::byteSize)
          .containsExactly(ValueLayout.ADDRESS.byteSize());
    }
  }

  private static List<String> members(StructLayout layout) {
    return layout.memberLayouts().stream()
        .filter(member -> !(member instanceof PaddingLayout))
        .map(member -> member.name().orElseThrow())
        .toList();
  }

  private static MemoryLayout layoutOf(String type) {
    String plain = type.replace("const", "").replace(" ", "");
    if (plain.endsWith("*") || plain.endsWith("_func")) {
      return ValueLayout.ADDRESS;
    }
    return switch (plain) {
      case "int64_t", "size_t" -> ValueLayout.JAVA_LONG;
      case "int" -> ValueLayout.JAVA_INT;
      case "ov_rank_t", "ov_dimension_t" -> Structs.DIMENSION;
      case "ov_version_t" -> Structs.VERSION;
      default -> throw new IllegalArgumentException(type);
    };
  }

  @Test
  void statusesAndElementTypesHaveTheHeadersNumbers() {
    Map<String, Integer> statuses =
        Arrays.stream(Status.values())
            .filter(status -> status != Status.UNKNOWN)
            .collect(Collectors.toMap(Enum::name, Status::code));
    assertThat(statuses).isEqualTo(HEADERS.constants("ov_status_e"));

    Map<String, Integer> types =
        Arrays.stream(ElementType.values())
            .collect(Collectors.toMap(Enum::name, ElementType::code));
    // The header names it after a misprint; its own comment and the runtime say f8e5m2.
    Integer misprinted = types.remove("F8E5M2");
    types.put("F8E5M3", misprinted);
    assertThat(types).isEqualTo(HEADERS.constants("ov_element_type_e"));
  }

  @Test
  void choicesOfPreprocessingAreInTheHeadersOrder() {
    assertThat(names(PrePostProcessor.ColorFormat.values()))
        .isEqualTo(
            HEADERS.constants("ov_color_format_e").keySet().stream()
                .map(name -> name.equals("UNDEFINE") ? "UNDEFINED" : name)
                .toList());
    assertThat(names(PrePostProcessor.ResizeAlgorithm.values()))
        .isEqualTo(
            HEADERS.constants("ov_preprocess_resize_algorithm_e").keySet().stream()
                .map(name -> name.replace("RESIZE_", ""))
                .toList());
    assertThat(names(PrePostProcessor.PaddingMode.values()))
        .isEqualTo(List.copyOf(HEADERS.constants("ov_padding_mode_e").keySet()));
    assertThat(names(LayerProfile.Status.values()))
        .startsWith(HEADERS.constants("Status").keySet().toArray(String[]::new))
        .endsWith("UNKNOWN")
        .hasSize(HEADERS.constants("Status").size() + 1);
  }

  private static List<String> names(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Enum::name).toList();
  }

  @Test
  void propertyKeysAreTheOnesThatTheLibraryExports() {
    Set<String> ours =
        Arrays.stream(Property.class.getFields())
            .filter(field -> Modifier.isStatic(field.getModifiers()))
            .map(BindingMatchesHeadersTest::key)
            .collect(Collectors.toSet());
    for (String variable : HEADERS.variables()) {
      if (!KEYS_LEFT_OUT.contains(variable)) {
        assertThat(ours).as(variable).contains(exportedText(variable));
      }
    }
  }

  private static String key(java.lang.reflect.Field field) {
    try {
      return ((Property<?>) field.get(null)).key();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String exportedText(String variable) {
    return NativeLibrary.load()
        .symbol(variable)
        .orElseThrow()
        .reinterpret(Long.BYTES)
        .get(ValueLayout.ADDRESS, 0)
        .reinterpret(Long.MAX_VALUE)
        .getString(0);
  }

  @Test
  void theReadmesTableCoversEveryFunctionOfTheHeaders() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `(ov_\\w+)` \\| (.*) \\|$")
            .matcher(Files.readString(MODULE.resolve("README.md")));
    while (row.find()) {
      assertThat(rows.put(row.group(1), row.group(2))).as(row.group(1)).isNull();
    }
    assertThat(rows.keySet())
        .containsExactlyInAnyOrderElementsOf(
            HEADERS.functions().stream().map(CHeaders.Function::name).toList());
    rows.forEach(
        (function, text) -> {
          String reason = LeftOut.REASONS.get(function);
          if (reason != null) {
            assertThat(text).as(function).isEqualTo("left out: " + reason);
          } else {
            assertThat(text).as(function).startsWith("`");
            Matcher method = Pattern.compile("`(\\w+)(?:[.#](\\w+))?").matcher(text);
            while (method.find()) {
              assertExists(function, method.group(1), method.group(2));
              assertThat(sourceBehind(method.group(1)))
                  .as(function + " -> " + method.group(1))
                  .containsPattern("\\b" + function + "\\b");
            }
          }
        });
  }

  /** That a class of the table exists and has the method; {@code new} stands for a constructor. */
  private static void assertExists(String function, String type, String method) {
    Class<?> found;
    try {
      found = Class.forName(OpenVino.class.getPackageName() + "." + type);
    } catch (ClassNotFoundException e) {
      throw new AssertionError("The table's row of " + function + " names no class: " + type, e);
    }
    if (method != null && !method.equals("new")) {
      assertThat(Arrays.stream(found.getMethods()).map(m -> m.getName()))
          .as(function + " -> " + type)
          .contains(method);
    }
  }

  /** The text of a public class, and of those that do its work and nobody sees. */
  private static String sourceBehind(String type) {
    return Stream.concat(Stream.of(type), BEHIND.getOrDefault(type, List.of()).stream())
        .map(name -> SOURCES.resolve("dev/inferlab/openvino/" + name + ".java"))
        .map(BindingMatchesHeadersTest::textOf)
        .collect(Collectors.joining());
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> boundFunctions() {
    return HEADERS.functions().stream()
        .map(CHeaders.Function::name)
        .filter(name -> !LeftOut.REASONS.containsKey(name))
        .toList();
  }

  private static String text(Path folder, java.util.function.Predicate<Path> wanted)
      throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).filter(wanted).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
  }
}
