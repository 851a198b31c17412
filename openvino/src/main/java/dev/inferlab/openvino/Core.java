package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.async.PlatformThreads;
import dev.inferlab.openvino.internal.c.OvCore;
import dev.inferlab.openvino.internal.c.Structs;
import dev.inferlab.openvino.internal.loader.NativeLibrary;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The way into OpenVINO: knows the devices, reads models, compiles them. Owns its native object;
 * what is made from it stays usable after it is closed. Safe for use by several threads.
 */
public final class Core implements AutoCloseable {

  /** A part of the runtime that serves a device. */
  public record PluginVersion(String device, String description, String build) {}

  /** What devices like best, and more than any element needs. */
  private static final long BLOB_ALIGNMENT = 64;

  private final NativeHandle handle;

  /**
   * @throws NativeLibraryException with what to do, when the runtime is missing or does not fit
   */
  public Core() {
    this(OvCore::ov_core_create);
  }

  /**
   * @param configFile an XML file that registers plugins beside those that come with the runtime:
   *     {@code <ie><plugins><plugin name="…" location="…"/></plugins></ie>}
   */
  public Core(Path configFile) {
    this(
        out -> {
          try (Arena arena = Arena.ofConfined()) {
            return OvCore.ov_core_create_with_config(
                arena.allocateFrom(configFile.toString()), out);
          }
        });
  }

  private Core(ToIntFunction<MemorySegment> create) {
    NativeLibrary.load();
    MemorySegment core = Native.pointer("Starting OpenVINO", create);
    this.handle = new NativeHandle(ResourceKind.CORE, core, OvCore::ov_core_free, null);
  }

  /** Names to compile for, such as {@code CPU}, {@code GPU.0}, {@code NPU}. */
  public List<String> availableDevices() {
    return withStruct(
        Structs.DEVICES.byteSize(),
        "Listing the devices",
        OvCore::ov_core_get_available_devices,
        OvCore::ov_available_devices_free,
        struct -> {
          List<String> names = new ArrayList<>();
          elements(struct, Long.BYTES)
              .forEach(pointer -> names.add(Native.text(Native.pointerAt(pointer, 0))));
          return List.copyOf(names);
        });
  }

  /** The plugins behind a device name; several for {@code AUTO:GPU,CPU} and the like. */
  public List<PluginVersion> versions(String device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(device);
      return withStruct(
          Structs.DEVICE_VERSIONS.byteSize(),
          "Reading the version of " + device,
          (core, out) -> OvCore.ov_core_get_versions_by_device_name(core, name, out),
          OvCore::ov_core_versions_free,
          struct ->
              elements(struct, Structs.DEVICE_VERSION.byteSize()).stream()
                  .map(Core::pluginVersion)
                  .toList());
    }
  }

  private static PluginVersion pluginVersion(MemorySegment element) {
    return new PluginVersion(
        Native.text(Native.pointerAt(element, 0)),
        Native.text(Native.pointerAt(element, 2L * Long.BYTES)),
        Native.text(Native.pointerAt(element, Long.BYTES)));
  }

  public <T> T property(String device, Property<T> property) {
    return property.parse(
        withTexts(
            device,
            property.key(),
            (core, name, key) ->
                Native.string(
                    "Reading %s of %s".formatted(property, device),
                    out -> OvCore.ov_core_get_property(core, name, key, out))));
  }

  /** Sets defaults for models that are compiled for the device from now on. */
  public void setProperties(String device, Config config) {
    setProperties(config, Objects.requireNonNull(device));
  }

  /**
   * Sets what is no device's own, such as {@link Property#CACHE_DIR}, and defaults for all devices.
   */
  public void setProperties(Config config) {
    setProperties(config, null);
  }

  private void setProperties(Config config, String device) {
    handle.with(
        core -> {
          try (Arena arena = Arena.ofConfined()) {
            Native.check(
                OvCore.ov_core_set_properties(
                    core, Native.textOrNull(device, arena), config.size(), config.write(arena)),
                "Setting %s of %s".formatted(config, device == null ? "the runtime" : device));
            return null;
          }
        });
  }

  /**
   * Everything that a device lets itself be asked, as the runtime writes it. Keys that it then
   * refuses are left out.
   */
  public Map<String, String> properties(String device) {
    return PropertyReader.readAll(
        property(device, Property.SUPPORTED_PROPERTIES),
        key -> property(device, Property.text(key)));
  }

  /**
   * Loads a library of operations, or of a device.
   *
   * @param library a shared library; its code runs in this process
   */
  public void addExtension(Path library) {
    withText(
        library.toString(),
        (core, path) -> {
          Native.check(
              OvCore.ov_core_add_extension(core, path),
              "Loading the extension '%s'".formatted(library));
          return null;
        });
  }

  /**
   * Reads IR (with the {@code .bin} beside it), ONNX, TensorFlow, TensorFlow Lite or PaddlePaddle.
   */
  public Model readModel(Path model) {
    return readModel(model, null);
  }

  /**
   * @param weights the file of constants, when it does not lie beside the model under its name; or
   *     null
   */
  public Model readModel(Path model, Path weights) {
    return PlatformThreads.call(
        () -> {
          long bytes = ModelFiles.sizeOf(model, weights);
          return withTexts(
              model.toString(),
              weights == null ? null : weights.toString(),
              (core, path, bin) ->
                  new Model(
                      Native.pointer(
                          "Reading the model '%s'".formatted(model),
                          out -> OvCore.ov_core_read_model(core, path, bin, out)),
                      handle,
                      null,
                      bytes));
        });
  }

  /**
   * Reads a model from memory: the XML of an IR, or an ONNX file's bytes.
   *
   * @param weights an IR's constants ({@code U8}, one dimension), or null. They are not copied:
   *     where they wrap memory of the caller, it must outlive the model and what is compiled from
   *     it.
   */
  public Model readModel(byte[] model, Tensor weights) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment text = arena.allocate(Math.max(1, model.length));
      MemorySegment.copy(model, 0, text, JAVA_BYTE, 0, model.length);
      return PlatformThreads.call(() -> readModel(text, model.length, weights));
    }
  }

  private Model readModel(MemorySegment text, long length, Tensor weights) {
    long bytes = length + (weights == null ? 0 : weights.byteSize());
    MemorySegment constants = weights == null ? MemorySegment.NULL : weights.handle().acquire();
    try {
      return handle.with(
          core ->
              new Model(
                  Native.pointer(
                      "Reading a model from memory",
                      out ->
                          OvCore.ov_core_read_model_from_memory_buffer(
                              core, text, length, constants, out)),
                  handle,
                  weights,
                  bytes));
    } finally {
      if (weights != null) {
        weights.handle().release();
      }
    }
  }

  /** As {@link #compile(Model, String, Config)}, with the device's own settings. */
  public CompiledModel compile(Model model, String device) {
    return compile(model, device, Config.empty());
  }

  /** Prepares a model to run on a device. Takes from milliseconds to minutes. */
  public CompiledModel compile(Model model, String device, Config config) {
    return PlatformThreads.call(
        () -> {
          MemorySegment graph = model.handle().acquire();
          try {
            return compiled(
                model.weights(),
                device,
                "Compiling a model for " + device,
                (core, arena, out) ->
                    OvCore.ov_core_compile_model_props(
                        core,
                        graph,
                        arena.allocateFrom(device),
                        config.size(),
                        config.write(arena),
                        out));
          } finally {
            model.handle().release();
          }
        });
  }

  /** As {@link #compile(Path, String, Config)}, with the device's own settings. */
  public CompiledModel compile(Path model, String device) {
    return compile(model, device, Config.empty());
  }

  /** Reads and compiles in one step, which may be faster where a cache or the device can use it. */
  public CompiledModel compile(Path model, String device, Config config) {
    return PlatformThreads.call(
        () ->
            compiled(
                null,
                device,
                "Compiling the model '%s' for %s".formatted(model, device),
                (core, arena, out) ->
                    OvCore.ov_core_compile_model_from_file_props(
                        core,
                        arena.allocateFrom(model.toString()),
                        arena.allocateFrom(device),
                        config.size(),
                        config.write(arena),
                        out)));
  }

  /** Compiles for a device's context, so that its memory can be shared. */
  public CompiledModel compile(Model model, RemoteContext context, Config config) {
    return PlatformThreads.call(
        () -> {
          MemorySegment graph = model.handle().acquire();
          try {
            return context
                .handle()
                .with(
                    remote ->
                        compiled(
                            model.weights(),
                            "a context",
                            "Compiling a model for a device's context",
                            (core, arena, out) ->
                                OvCore.ov_core_compile_model_with_context_props(
                                    core, graph, remote, config.size(), config.write(arena), out)));
          } finally {
            model.handle().release();
          }
        });
  }

  /**
   * Takes up what {@link CompiledModel#export} wrote, on the same kind of device and release. The
   * bytes are copied.
   *
   * @param compiled only from a source that is trusted: the runtime does not check it well
   */
  public CompiledModel importModel(byte[] compiled, String device) {
    // The device may go on using the constants where they lie in it: freed when nobody can reach
    // it.
    MemorySegment content = Arena.ofAuto().allocate(Math.max(1, compiled.length), BLOB_ALIGNMENT);
    MemorySegment.copy(compiled, 0, content, JAVA_BYTE, 0, compiled.length);
    return importModel(content.asSlice(0, compiled.length), device);
  }

  /**
   * As {@link #importModel(byte[], String)}, of any size and without reading what is not needed.
   *
   * @param compiled a file that stays as it is until the model, and the last of its requests, is
   *     closed: to cut it short meanwhile would end the process
   */
  public CompiledModel importModel(Path compiled, String device) throws IOException {
    try (FileChannel file = FileChannel.open(compiled)) {
      return importModel(
          file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), Arena.ofAuto()), device);
    }
  }

  /**
   * As {@link #importModel(byte[], String)}, without a copy.
   *
   * @param compiled native memory, reachable from any thread, which must stay alive and as it is
   *     until the model, and the last of its requests, is closed
   */
  public CompiledModel importModel(MemorySegment compiled, String device) {
    if (!compiled.isNative()) {
      throw new IllegalArgumentException(
          "Only native memory can be imported; pass arrays as such.");
    }
    return PlatformThreads.call(
        () ->
            compiled(
                compiled,
                device,
                "Importing a compiled model to " + device,
                (core, arena, out) ->
                    OvCore.ov_core_import_model(
                        core, compiled, compiled.byteSize(), arena.allocateFrom(device), out)));
  }

  /**
   * @throws NativeCallException on devices without one, such as {@code CPU}
   */
  public RemoteContext defaultContext(String device) {
    return withText(
        device,
        (core, name) ->
            new RemoteContext(
                Native.pointer(
                    "Reaching the context of " + device,
                    out -> OvCore.ov_core_get_default_context(core, name, out)),
                handle));
  }

  public RemoteContext createContext(String device, Config config) {
    return withText(
        device,
        (core, name) -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = config.write(arena);
            return new RemoteContext(
                Native.pointer(
                    "Creating a context on " + device,
                    out ->
                        OvCore.ov_core_create_context_props(
                            core, name, config.size(), properties, out)),
                handle);
          }
        });
  }

  @Override
  public void close() {
    handle.close();
  }

  @FunctionalInterface
  private interface Compile {
    int call(MemorySegment core, Arena arena, MemorySegment out);
  }

  /**
   * @param kept what the native model may refer to: see {@link CompiledModel}
   */
  private CompiledModel compiled(Object kept, String device, String operation, Compile compile) {
    return handle.with(
        core -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment compiled =
                Native.pointer(operation, out -> compile.call(core, arena, out));
            return new CompiledModel(compiled, handle, kept);
          }
        });
  }

  private <T> T withText(String text, BiFunction<MemorySegment, MemorySegment, T> action) {
    return handle.with(
        core -> {
          try (Arena arena = Arena.ofConfined()) {
            return action.apply(core, arena.allocateFrom(text));
          }
        });
  }

  @FunctionalInterface
  private interface WithTexts<T> {
    T call(MemorySegment core, MemorySegment first, MemorySegment second);
  }

  private <T> T withTexts(String first, String second, WithTexts<T> action) {
    return handle.with(
        core -> {
          try (Arena arena = Arena.ofConfined()) {
            return action.call(core, arena.allocateFrom(first), Native.textOrNull(second, arena));
          }
        });
  }

  @FunctionalInterface
  private interface Fill {
    int call(MemorySegment core, MemorySegment struct);
  }

  /** A struct {pointer to elements, count} that the runtime fills and frees. */
  private <T> T withStruct(
      long size,
      String operation,
      Fill fill,
      Consumer<MemorySegment> free,
      Function<MemorySegment, T> read) {
    return handle.with(
        core -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(size, Long.BYTES);
            Native.check(fill.call(core, struct), operation);
            try {
              return read.apply(struct);
            } finally {
              free.accept(struct);
            }
          }
        });
  }

  private static List<MemorySegment> elements(MemorySegment struct, long elementSize) {
    long count = struct.get(JAVA_LONG, Long.BYTES);
    return Native.pointerAt(struct, 0)
        .reinterpret(count * elementSize)
        .elements(MemoryLayout.sequenceLayout(elementSize, JAVA_BYTE))
        .toList();
  }
}
