package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.c.OvCompiledModel;
import dev.inferlab.openvino.internal.c.OvInferRequest;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * The tensors of one request: those that the runtime made are fetched once and kept, so that a loop
 * over runs neither calls nor allocates for them; those that the user set are kept reachable while
 * they are set.
 */
final class RequestTensors {

  /** A port, which may be reached by its number or by one of its names. */
  private record Place(boolean output, int index) {}

  /**
   * The tensors of a port. The runtime's own is fetched and freed here, and kept while another one
   * is set: it may stand in another slot meanwhile. One that is set belongs to the user or to
   * another request, or is the own one of another slot.
   */
  private static final class Slot {
    /** An output whose shape, and with it its memory, may be another one after each run. */
    final boolean dynamic;

    Tensor fetched;
    Tensor set;

    /** In which run the own one was fetched. */
    long run;

    Slot(boolean dynamic) {
      this.dynamic = dynamic;
    }

    Tensor tensor() {
      return set != null ? set : fetched;
    }

    void free() {
      Tensor before = fetched;
      fetched = null;
      if (before != null) {
        before.free();
      }
    }
  }

  private final NativeHandle request;

  /** The compiled model, which lives as long as the request. */
  private final NativeHandle model;

  private final List<Port> inputPorts;
  private final List<Port> outputPorts;
  private final Slot[] inputs;
  private final Slot[] outputs;
  private final Runnable requireIdle;
  private final Map<String, Place> places = new HashMap<>();

  /** Those that are set and lie in memory of the user's, which must be alive at each start. */
  private Tensor[] wrapped = {};

  private long runs;

  /**
   * @param requireIdle throws while the request runs
   */
  RequestTensors(
      NativeHandle request,
      NativeHandle model,
      List<Port> inputPorts,
      List<Port> outputPorts,
      Runnable requireIdle) {
    this.request = request;
    this.model = model;
    this.inputPorts = inputPorts;
    this.outputPorts = outputPorts;
    // An input's shape is the caller's to change: a run does not.
    this.inputs = inputPorts.stream().map(port -> new Slot(false)).toArray(Slot[]::new);
    this.outputs =
        outputPorts.stream().map(port -> new Slot(port.shape().isDynamic())).toArray(Slot[]::new);
    this.requireIdle = requireIdle;
  }

  Tensor onlyInput() {
    return input(Port.only(inputPorts, "input"));
  }

  Tensor input(int index) {
    requireOpen();
    Port.checked(inputPorts, index, "input");
    Tensor known = inputs[index].tensor();
    return known != null
        ? known
        : keep(
            inputs[index],
            fetch(
                "Reaching input " + index,
                out ->
                    OvInferRequest.ov_infer_request_get_input_tensor_by_index(
                        request.address(), index, out)));
  }

  Tensor onlyOutput() {
    return output(Port.only(outputPorts, "output"));
  }

  Tensor output(int index) {
    requireOpen();
    Port.checked(outputPorts, index, "output");
    freeIfOutdated(outputs[index]);
    Tensor known = outputs[index].tensor();
    return known != null
        ? known
        : keep(
            outputs[index],
            fetch(
                "Reaching output " + index,
                out ->
                    OvInferRequest.ov_infer_request_get_output_tensor_by_index(
                        request.address(), index, out)));
  }

  /** A run may have given an output another shape, and with it other memory. */
  private void freeIfOutdated(Slot slot) {
    if (slot.dynamic && slot.set == null && slot.run != runs) {
      slot.free();
    }
  }

  Tensor named(String name) {
    requireOpen();
    Place place = place(name);
    Slot slot = slot(place);
    freeIfOutdated(slot);
    Tensor known = slot.tensor();
    return known != null ? known : keep(slot, fetch(name));
  }

  private Slot slot(Place place) {
    return (place.output() ? outputs : inputs)[place.index()];
  }

  private Tensor fetch(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return fetch(
          "Reaching the tensor '" + name + "'",
          out -> OvInferRequest.ov_infer_request_get_tensor(request.address(), text, out));
    }
  }

  /** Which port has the name, so that a tensor is the same one however it is reached. */
  private Place place(String name) {
    Place known = places.get(name);
    if (known == null) {
      known = request.with(live -> find(name));
      places.put(name, known);
    }
    return known;
  }

  private Place find(String name) {
    try {
      Port.ByName input = OvCompiledModel::ov_compiled_model_input_by_name;
      return new Place(false, Port.named(model.address(), name, input, inputPorts).index());
    } catch (NativeCallException e) {
      Port.ByName output = OvCompiledModel::ov_compiled_model_output_by_name;
      return new Place(true, Port.named(model.address(), name, output, outputPorts).index());
    }
  }

  private void requireOpen() {
    if (request.isClosed()) {
      throw request.closedException();
    }
  }

  private Tensor fetch(String operation, ToIntFunction<MemorySegment> call) {
    return request.with(
        live -> Tensor.borrowed(Native.pointer(operation, call), request, requireIdle));
  }

  /**
   * Whoever closes the request at this moment must either find the tensor here, or be seen to have
   * closed.
   */
  private synchronized Tensor keep(Slot slot, Tensor fetched) {
    if (request.isClosed()) {
      fetched.free();
      throw request.closedException();
    }
    slot.fetched = fetched;
    slot.run = runs;
    return fetched;
  }

  void setOnlyInput(Tensor tensor) {
    setInput(Port.only(inputPorts, "input"), tensor);
  }

  void setInput(int index, Tensor tensor) {
    Port.checked(inputPorts, index, "input");
    apply(
        "Setting input " + index,
        tensor,
        (live, address) ->
            OvInferRequest.ov_infer_request_set_input_tensor_by_index(live, index, address));
    replace(inputs[index], tensor);
  }

  void setOnlyOutput(Tensor tensor) {
    setOutput(Port.only(outputPorts, "output"), tensor);
  }

  void setOutput(int index, Tensor tensor) {
    Port.checked(outputPorts, index, "output");
    tensor.requireWritable();
    apply(
        "Setting output " + index,
        tensor,
        (live, address) ->
            OvInferRequest.ov_infer_request_set_output_tensor_by_index(live, index, address));
    replace(outputs[index], tensor);
  }

  void setNamed(String name, Tensor tensor) {
    Place place = place(name);
    if (place.output()) {
      tensor.requireWritable();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      apply(
          "Setting the tensor '" + name + "'",
          tensor,
          (live, address) -> OvInferRequest.ov_infer_request_set_tensor(live, text, address));
    }
    replace(slot(place), tensor);
  }

  @FunctionalInterface
  private interface SetTensor {
    int call(MemorySegment request, MemorySegment tensor);
  }

  private void apply(String operation, Tensor tensor, SetTensor call) {
    request.with(
        live ->
            tensor
                .handle()
                .with(
                    address -> {
                      Native.check(call.call(live, address), operation);
                      return null;
                    }));
  }

  private synchronized void replace(Slot slot, Tensor tensor) {
    slot.set = tensor;
    wrapped = slots().map(Slot::tensor).filter(RequestTensors::isWrapped).toArray(Tensor[]::new);
  }

  private static boolean isWrapped(Tensor tensor) {
    return tensor != null && tensor.isWrapped();
  }

  private Stream<Slot> slots() {
    return Stream.concat(Arrays.stream(inputs), Arrays.stream(outputs));
  }

  /** Part of the hot path. */
  void beforeRun() {
    runs++;
    for (Tensor tensor : wrapped) {
      tensor.requireMemory();
    }
  }

  /** Frees what was fetched; the others stay whose they are. */
  synchronized void close() {
    slots().forEach(Slot::free);
  }
}
