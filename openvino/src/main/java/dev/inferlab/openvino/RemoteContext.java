package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.c.OvRemoteContext;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A device's own context, of which tensors share the device's memory. Optional: GPUs and NPUs have
 * one, CPUs do not. Owns its native object.
 */
public final class RemoteContext implements AutoCloseable {

  private final NativeHandle handle;

  RemoteContext(MemorySegment address, NativeHandle parent) {
    this.handle =
        new NativeHandle(
            ResourceKind.REMOTE_CONTEXT, address, OvRemoteContext::ov_remote_context_free, parent);
  }

  public String deviceName() {
    return handle.with(
        context ->
            Native.string(
                "Reading a context's device",
                out -> OvRemoteContext.ov_remote_context_get_device_name(context, out)));
  }

  /** What the context was made from, as the runtime writes it. */
  public String parameters() {
    return handle.with(
        context ->
            parameters(
                (size, out) -> OvRemoteContext.ov_remote_context_get_params(context, size, out)));
  }

  /** A tensor in the device's memory. Its data cannot be viewed from here. */
  public Tensor createTensor(ElementType type, Shape shape, Config config) {
    return handle.with(
        context -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = config.write(arena);
            MemorySegment tensor =
                Tensor.withShape(
                    "Creating a tensor in the device's memory",
                    shape,
                    (struct, out) ->
                        OvRemoteContext.ov_remote_context_create_tensor_props(
                            context, type.code(), struct, config.size(), properties, out));
            return Tensor.owned(tensor, type, handle);
          }
        });
  }

  /** A tensor in host memory that the device reaches well. */
  public Tensor createHostTensor(ElementType type, Shape shape) {
    return handle.with(
        context ->
            Tensor.owned(
                Tensor.withShape(
                    "Creating a host tensor for the device",
                    shape,
                    (struct, out) ->
                        OvRemoteContext.ov_remote_context_create_host_tensor(
                            context, type.code(), struct, out)),
                type,
                handle));
  }

  /** The device of a tensor that {@link #createTensor} made. */
  public String deviceName(Tensor tensor) {
    return tensor
        .handle()
        .with(
            address ->
                Native.string(
                    "Reading a tensor's device",
                    out -> OvRemoteContext.ov_remote_tensor_get_device_name(address, out)));
  }

  /** What a tensor of {@link #createTensor} is made of, as the runtime writes it. */
  public String parameters(Tensor tensor) {
    return tensor
        .handle()
        .with(
            address ->
                parameters(
                    (size, out) ->
                        OvRemoteContext.ov_remote_tensor_get_params(address, size, out)));
  }

  @FunctionalInterface
  private interface SizedText {
    int get(MemorySegment size, MemorySegment out);
  }

  private static String parameters(SizedText call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_LONG);
      MemorySegment out = arena.allocate(ADDRESS);
      Native.check(call.get(size, out), "Reading a context's parameters");
      return Native.takeText(out.get(ADDRESS, 0));
    }
  }

  @Override
  public void close() {
    handle.close();
  }

  NativeHandle handle() {
    return handle;
  }
}
