package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.async.PlatformThreads;
import dev.inferlab.openvino.internal.c.OvCompiledModel;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model made ready for a device. Owns its native object and keeps its {@link Core} alive; the
 * {@link Model} that it was made from may be closed. Safe for use by several threads.
 */
public final class CompiledModel implements AutoCloseable {

  private final NativeHandle handle;
  private final List<Port> inputs;
  private final List<Port> outputs;

  /**
   * @param kept whose memory the native model may refer to, or null: kept reachable until that is
   *     freed, which a request may put off beyond the life of this object
   */
  CompiledModel(MemorySegment address, NativeHandle parent, Object kept) {
    this.handle =
        new NativeHandle(
            ResourceKind.COMPILED_MODEL,
            address,
            model -> {
              OvCompiledModel.ov_compiled_model_free(model);
              Reference.reachabilityFence(kept);
            },
            parent);
    try {
      this.inputs =
          Port.all(
              "Reading a compiled model's inputs",
              out -> OvCompiledModel.ov_compiled_model_inputs_size(address, out),
              (index, out) ->
                  OvCompiledModel.ov_compiled_model_input_by_index(address, index, out));
      this.outputs =
          Port.all(
              "Reading a compiled model's outputs",
              out -> OvCompiledModel.ov_compiled_model_outputs_size(address, out),
              (index, out) ->
                  OvCompiledModel.ov_compiled_model_output_by_index(address, index, out));
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  public List<Port> inputs() {
    return inputs;
  }

  public List<Port> outputs() {
    return outputs;
  }

  /**
   * The input that has this name among its names.
   *
   * @throws NativeCallException when there is none
   */
  public Port input(String name) {
    return byName(name, OvCompiledModel::ov_compiled_model_input_by_name, inputs);
  }

  /**
   * The output that has this name among its names.
   *
   * @throws NativeCallException when there is none
   */
  public Port output(String name) {
    return byName(name, OvCompiledModel::ov_compiled_model_output_by_name, outputs);
  }

  private Port byName(String name, Port.ByName call, List<Port> ports) {
    return handle.with(model -> Port.named(model, name, call, ports));
  }

  /** What the device really uses, once compiled. */
  public <T> T property(Property<T> property) {
    return property.parse(
        handle.with(
            model -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment key = arena.allocateFrom(property.key());
                return Native.string(
                    "Reading " + property + " of a compiled model",
                    out -> OvCompiledModel.ov_compiled_model_get_property(model, key, out));
              }
            }));
  }

  /** All properties that can be read, as the runtime writes them. */
  public Map<String, String> properties() {
    return PropertyReader.readAll(
        property(Property.SUPPORTED_PROPERTIES), key -> property(Property.text(key)));
  }

  /** Changes properties after compilation; most devices allow that for few or none. */
  public void setProperties(Config config) {
    handle.with(
        model -> {
          try (Arena arena = Arena.ofConfined()) {
            Native.check(
                OvCompiledModel.ov_compiled_model_set_properties(
                    model, config.size(), config.write(arena)),
                "Setting %s of a compiled model".formatted(config));
            return null;
          }
        });
  }

  /** A new place to run in, with tensors of its own. */
  public InferRequest createRequest() {
    return PlatformThreads.call(
        () ->
            handle.with(
                model ->
                    new InferRequest(
                        Native.pointer(
                            "Creating a request",
                            out ->
                                OvCompiledModel.ov_compiled_model_create_infer_request(model, out)),
                        handle,
                        inputs,
                        outputs)));
  }

  /** Requests that run side by side, fed by one loop. */
  public InferPool createPool(int requests, InferPool.Listener listener) {
    return new InferPool(this, requests, listener);
  }

  /**
   * The graph as the device runs it: fused, reordered, with kernels and precisions; with times when
   * it was compiled with {@link Property#ENABLE_PROFILING} and has run. Goes through the same C++
   * function as {@link Model#save}, and through a file in the folder that the system property
   * {@code java.io.tmpdir} names.
   *
   * @throws UncheckedIOException when that folder is full or cannot be written to
   */
  public RuntimeGraph runtimeGraph() {
    try (Model runtime = runtimeModel()) {
      return RuntimeGraph.of(runtime);
    }
  }

  /** The same as a model, whose operations are executed nodes. It cannot be compiled. */
  public Model runtimeModel() {
    return PlatformThreads.call(
        () ->
            handle.with(
                model ->
                    new Model(
                        Native.pointer(
                            "Reading the executed graph",
                            out -> OvCompiledModel.ov_compiled_model_get_runtime_model(model, out)),
                        handle,
                        null,
                        0)));
  }

  /**
   * Writes it in the device's own form, for {@link Core#importModel}.
   *
   * @param file in a folder that exists
   */
  public void export(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new FileSystemException(
          folder.toString(), null, "the folder does not exist or cannot be written to");
    }
    PlatformThreads.run(
        () ->
            handle.with(
                model -> {
                  try (Arena arena = Arena.ofConfined()) {
                    Native.check(
                        OvCompiledModel.ov_compiled_model_export_model(
                            model, arena.allocateFrom(file.toString())),
                        "Exporting a compiled model to '%s'".formatted(file));
                    return null;
                  }
                }));
  }

  /**
   * The device context that it runs in.
   *
   * @throws NativeCallException on devices without one, such as {@code CPU}
   */
  public RemoteContext context() {
    return handle.with(
        model ->
            new RemoteContext(
                Native.pointer(
                    "Reading a compiled model's context",
                    out -> OvCompiledModel.ov_compiled_model_get_context(model, out)),
                handle));
  }

  @Override
  public void close() {
    handle.close();
  }
}
