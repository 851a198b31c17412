package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.c.OvCompiledModel;
import dev.inferlab.openvino.internal.c.OvInferRequest;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The tensors of one request: those that the runtime made are fetched once and kept, so that a loop
 * over runs neither calls nor allocates for them; those that the user set are kept reachable while
 * they are set.
 */
final class RequestTensors {

  /** A port, which may be reached by its number or by one of its names. */
  private record Place(boolean output, int index) {}

  private final NativeHandle request;

  /** The compiled model, which lives as long as the request. */
  private final NativeHandle model;

  private final List<Port> inputPorts;
  private final List<Port> outputPorts;
  private final Tensor[] inputs;
  private final Tensor[] outputs;

  /** In which run each output was fetched. */
  private final long[] fetchedIn;

  private final Map<String, Place> places = new HashMap<>();

  /** Tensors of the user's that are set; their memory must be alive at each start. */
  private final Map<Place, Tensor> set = new HashMap<>();

  private Tensor[] wrapped = {};
  private long runs;

  RequestTensors(
      NativeHandle request, NativeHandle model, List<Port> inputPorts, List<Port> outputPorts) {
    this.request = request;
    this.model = model;
    this.inputPorts = inputPorts;
    this.outputPorts = outputPorts;
    this.inputs = new Tensor[inputPorts.size()];
    this.outputs = new Tensor[outputPorts.size()];
    this.fetchedIn = new long[outputPorts.size()];
  }

  Tensor onlyInput() {
    return input(Port.only(inputPorts, "input"));
  }

  Tensor input(int index) {
    requireOpen();
    Port.checked(inputPorts, index, "input");
    Tensor known = inputs[index];
    return known != null
        ? known
        : keep(
            inputs,
            index,
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
    Port port = outputPorts.get(Port.checked(outputPorts, index, "output"));
    forgetIfOutdated(index, port);
    Tensor known = outputs[index];
    return known != null
        ? known
        : keep(
            outputs,
            index,
            fetch(
                "Reaching output " + index,
                out ->
                    OvInferRequest.ov_infer_request_get_output_tensor_by_index(
                        request.address(), index, out)));
  }

  /** A run may have given an output another shape, and with it other memory. */
  private void forgetIfOutdated(int index, Port port) {
    if (outputs[index] != null
        && outputs[index].isBorrowed()
        && fetchedIn[index] != runs
        && port.shape().isDynamic()) {
      outputs[index].free();
      outputs[index] = null;
    }
  }

  Tensor named(String name) {
    requireOpen();
    Place place = place(name);
    if (place.output()) {
      forgetIfOutdated(place.index(), outputPorts.get(place.index()));
    }
    Tensor[] tensors = place.output() ? outputs : inputs;
    Tensor known = tensors[place.index()];
    return known != null ? known : keep(tensors, place.index(), fetch(name));
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
    return request.with(live -> Tensor.borrowed(Native.pointer(operation, call), request));
  }

  /**
   * Whoever closes the request at this moment must either find the tensor here, or be seen to have
   * closed.
   */
  private synchronized Tensor keep(Tensor[] tensors, int index, Tensor fetched) {
    if (request.isClosed()) {
      fetched.free();
      throw request.closedException();
    }
    tensors[index] = fetched;
    if (tensors == outputs) {
      fetchedIn[index] = runs;
    }
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
    replace(inputs, index, tensor);
    remember(new Place(false, index), tensor);
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
    replace(outputs, index, tensor);
    remember(new Place(true, index), tensor);
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
    replace(place.output() ? outputs : inputs, place.index(), tensor);
    remember(place, tensor);
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

  private void replace(Tensor[] tensors, int index, Tensor tensor) {
    Tensor before = tensors[index];
    tensors[index] = tensor;
    if (before != null && before.isBorrowed() && before != tensor) {
      before.free();
    }
  }

  private void remember(Place place, Tensor tensor) {
    set.put(place, tensor);
    wrapped = set.values().stream().filter(Tensor::isWrapped).toArray(Tensor[]::new);
  }

  /** Part of the hot path. */
  void beforeRun() {
    runs++;
    for (Tensor tensor : wrapped) {
      tensor.requireMemory();
    }
  }

  /** Frees what was fetched; the user's own tensors stay the user's. */
  synchronized void close() {
    for (Tensor[] tensors : List.of(inputs, outputs)) {
      for (int i = 0; i < tensors.length; i++) {
        if (tensors[i] != null && tensors[i].isBorrowed()) {
          tensors[i].free();
          tensors[i] = null;
        }
      }
    }
  }
}
