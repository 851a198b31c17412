package dev.inferlab.openvino;

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

  private final NativeHandle request;
  private final List<Port> inputPorts;
  private final List<Port> outputPorts;
  private final Tensor[] inputs;
  private final Tensor[] outputs;
  private final Map<String, Tensor> named = new HashMap<>();

  /** Tensors of the user's that are set; their memory must be alive at each start. */
  private final Map<Object, Tensor> set = new HashMap<>();

  private Tensor[] wrapped = {};

  RequestTensors(NativeHandle request, List<Port> inputPorts, List<Port> outputPorts) {
    this.request = request;
    this.inputPorts = inputPorts;
    this.outputPorts = outputPorts;
    this.inputs = new Tensor[inputPorts.size()];
    this.outputs = new Tensor[outputPorts.size()];
  }

  Tensor onlyInput() {
    return input(Port.only(inputPorts, "input"));
  }

  Tensor input(int index) {
    requireOpen();
    Port.checked(inputPorts, index, "input");
    if (inputs[index] == null) {
      inputs[index] =
          fetch(
              "Reaching input " + index,
              out ->
                  OvInferRequest.ov_infer_request_get_input_tensor_by_index(
                      request.address(), index, out));
    }
    return inputs[index];
  }

  Tensor onlyOutput() {
    return output(Port.only(outputPorts, "output"));
  }

  Tensor output(int index) {
    requireOpen();
    Port port = outputPorts.get(Port.checked(outputPorts, index, "output"));
    if (outputs[index] != null && port.shape().isDynamic() && !set.containsValue(outputs[index])) {
      // A run may have given it another shape, and with it other memory.
      outputs[index].free();
      outputs[index] = null;
    }
    if (outputs[index] == null) {
      outputs[index] =
          fetch(
              "Reaching output " + index,
              out ->
                  OvInferRequest.ov_infer_request_get_output_tensor_by_index(
                      request.address(), index, out));
    }
    return outputs[index];
  }

  Tensor named(String name) {
    requireOpen();
    Tensor known = set.get(name);
    if (known != null) {
      return known;
    }
    Tensor before = named.remove(name);
    if (before != null) {
      before.free();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      Tensor tensor =
          fetch(
              "Reaching the tensor '" + name + "'",
              out -> OvInferRequest.ov_infer_request_get_tensor(request.address(), text, out));
      named.put(name, tensor);
      return tensor;
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
    remember("input " + index, tensor);
  }

  void setOnlyOutput(Tensor tensor) {
    setOutput(Port.only(outputPorts, "output"), tensor);
  }

  void setOutput(int index, Tensor tensor) {
    Port.checked(outputPorts, index, "output");
    apply(
        "Setting output " + index,
        tensor,
        (live, address) ->
            OvInferRequest.ov_infer_request_set_output_tensor_by_index(live, index, address));
    replace(outputs, index, tensor);
    remember("output " + index, tensor);
  }

  /**
   * Which port the name belongs to is the runtime's knowledge: what was fetched by number is
   * fetched again.
   */
  void setNamed(String name, Tensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      apply(
          "Setting the tensor '" + name + "'",
          tensor,
          (live, address) -> OvInferRequest.ov_infer_request_set_tensor(live, text, address));
    }
    forgetFetched();
    remember(name, tensor);
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

  private void forgetFetched() {
    for (Tensor[] tensors : List.of(inputs, outputs)) {
      for (int i = 0; i < tensors.length; i++) {
        if (tensors[i] != null && tensors[i].isBorrowed()) {
          tensors[i].free();
          tensors[i] = null;
        }
      }
    }
  }

  private void remember(Object port, Tensor tensor) {
    set.put(port, tensor);
    wrapped = set.values().stream().filter(Tensor::isWrapped).toArray(Tensor[]::new);
  }

  /** Part of the hot path. */
  void requireMemory() {
    for (Tensor tensor : wrapped) {
      tensor.requireMemory();
    }
  }

  /** Frees what was fetched; the user's own tensors stay the user's. */
  void close() {
    forgetFetched();
    named.values().forEach(Tensor::free);
    named.clear();
  }
}
