package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.async.PlatformThreads;
import dev.inferlab.openvino.internal.c.OvModel;
import dev.inferlab.openvino.internal.c.Structs;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * A network as a graph, before it is compiled for a device. Owns its native object and keeps its
 * {@link Core} alive.
 *
 * <p>May be read by several threads at once; reshaping needs it alone.
 */
public final class Model implements AutoCloseable {

  private final NativeHandle handle;
  private final Tensor weights;
  private final long weightBytes;

  /**
   * @param weights constants that the model refers to, kept reachable until it is freed; or null
   * @param weightBytes an upper bound of the size of its constants, as far as is known
   */
  Model(MemorySegment address, NativeHandle parent, Tensor weights, long weightBytes) {
    this.handle =
        new NativeHandle(
            ResourceKind.MODEL,
            address,
            model -> {
              OvModel.ov_model_free(model);
              Reference.reachabilityFence(weights);
            },
            parent);
    this.weights = weights;
    this.weightBytes = weightBytes;
  }

  public String friendlyName() {
    return handle.with(
        model ->
            Native.string(
                "Reading a model's name", out -> OvModel.ov_model_get_friendly_name(model, out)));
  }

  public List<Port> inputs() {
    return handle.with(
        model ->
            Port.all(
                "Reading a model's inputs",
                out -> OvModel.ov_model_inputs_size(model, out),
                (index, out) -> OvModel.ov_model_const_input_by_index(model, index, out)));
  }

  public List<Port> outputs() {
    return handle.with(
        model ->
            Port.all(
                "Reading a model's outputs",
                out -> OvModel.ov_model_outputs_size(model, out),
                (index, out) -> OvModel.ov_model_const_output_by_index(model, index, out)));
  }

  /**
   * The input that has this name among its names.
   *
   * @throws NativeCallException when there is none
   */
  public Port input(String name) {
    return byName(name, OvModel::ov_model_const_input_by_name, inputs());
  }

  /**
   * The output that has this name among its names.
   *
   * @throws NativeCallException when there is none
   */
  public Port output(String name) {
    return byName(name, OvModel::ov_model_const_output_by_name, outputs());
  }

  private Port byName(String name, Port.ByName call, List<Port> ports) {
    return handle.with(model -> Port.named(model, name, call, ports));
  }

  /** Whether an input or output has a dimension without a fixed size. */
  public boolean isDynamic() {
    return handle.with(OvModel::ov_model_is_dynamic);
  }

  /**
   * Gives the only input another shape, and all layers what follows from it.
   *
   * @param shape of which the number of dimensions is known; so with the other ways to reshape
   */
  public void reshape(PartialShape shape) {
    Port.only(inputs(), "input");
    change(
        "Reshaping the input to " + shape,
        (model, arena) ->
            OvModel.ov_model_reshape_single_input(model, write(List.of(shape), arena)));
  }

  /** Gives inputs other shapes, by any of their names. */
  public void reshape(Map<String, PartialShape> shapes) {
    List<Map.Entry<String, PartialShape>> entries = List.copyOf(shapes.entrySet());
    change(
        "Reshaping inputs to " + shapes,
        (model, arena) -> {
          MemorySegment names = arena.allocate(ADDRESS, Math.max(1, entries.size()));
          for (int i = 0; i < entries.size(); i++) {
            names.setAtIndex(ADDRESS, i, arena.allocateFrom(entries.get(i).getKey()));
          }
          MemorySegment structs = write(entries.stream().map(Map.Entry::getValue).toList(), arena);
          return OvModel.ov_model_reshape(model, names, structs, entries.size());
        });
  }

  /** Gives inputs other shapes, by their numbers: for inputs that have no name. */
  public void reshapeByIndex(Map<Integer, PartialShape> shapes) {
    List<Map.Entry<Integer, PartialShape>> entries = List.copyOf(shapes.entrySet());
    List<Port> inputs = inputs();
    long[] indexes =
        entries.stream().mapToLong(e -> Port.checked(inputs, e.getKey(), "input")).toArray();
    change(
        "Reshaping inputs to " + shapes,
        (model, arena) ->
            OvModel.ov_model_reshape_by_port_indexes(
                model,
                arena.allocateFrom(JAVA_LONG, indexes),
                write(entries.stream().map(Map.Entry::getValue).toList(), arena),
                entries.size()));
  }

  @FunctionalInterface
  private interface Change {
    int apply(MemorySegment model, Arena arena);
  }

  private void change(String operation, Change change) {
    PlatformThreads.run(
        () ->
            handle.with(
                model -> {
                  try (Arena arena = Arena.ofConfined()) {
                    Native.check(change.apply(model, arena), operation);
                    return null;
                  }
                }));
  }

  private static MemorySegment write(List<PartialShape> shapes, Arena arena) {
    if (!shapes.stream().allMatch(PartialShape::hasKnownRank)) {
      // The C API would take it for a shape with one dimension.
      throw new IllegalArgumentException(
          "Say how many dimensions the input is to have: such as [?,?] for two.");
    }
    MemorySegment structs = arena.allocate(Structs.PARTIAL_SHAPE, Math.max(1, shapes.size()));
    long size = Structs.PARTIAL_SHAPE.byteSize();
    for (int i = 0; i < shapes.size(); i++) {
      shapes.get(i).write(structs.asSlice(i * size, size), arena);
    }
    return structs;
  }

  /**
   * Writes it as OpenVINO IR: the graph as {@code .xml} and the constants as {@code .bin} beside
   * it. Both appear whole; where both are replaced, there is no {@code .xml} for a moment, so that
   * nobody takes the old one with the new constants.
   *
   * <p>This goes through a C++ function of the runtime that can end the process on a failure that
   * cannot be seen beforehand, such as a disk that fills up meanwhile; programs that must live run
   * it in a child process.
   *
   * @param xml a name that ends in {@code .xml}, in a folder that exists
   */
  public void save(Path xml, WeightFormat format) throws IOException {
    try {
      PlatformThreads.run(
          () ->
              handle.with(
                  model -> {
                    try {
                      IrWriter.save(model, xml, format, weightBytes);
                      return null;
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    handle.close();
  }

  NativeHandle handle() {
    return handle;
  }

  Tensor weights() {
    return weights;
  }

  /** One more model over the same graph. */
  static Model sharing(Model model, String operation, ToIntFunction<MemorySegment> call) {
    return new Model(
        Native.pointer(operation, call), model.handle, model.weights, model.weightBytes);
  }
}
