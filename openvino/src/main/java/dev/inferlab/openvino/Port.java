package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.c.OvNode;
import dev.inferlab.openvino.internal.c.Structs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * An input or output of a model: a copied value, independent of the model's life.
 *
 * @param index its place among the inputs or outputs
 * @param name one of its tensor's names; empty when it has none
 */
public record Port(int index, String name, ElementType elementType, PartialShape shape) {

  /** A call that fills a port pointer for an index. */
  @FunctionalInterface
  interface ByIndex {
    int get(long index, MemorySegment out);
  }

  /** A call that fills a port pointer for a name. */
  @FunctionalInterface
  interface ByName {
    int get(MemorySegment owner, MemorySegment name, MemorySegment out);
  }

  /** The C API does not tell a port's index: the name that it answers is found among the ports. */
  static Port named(MemorySegment owner, String name, ByName call, List<Port> ports) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      String operation = "Finding the port '" + name + "'";
      Port found = take(-1, Native.pointer(operation, out -> call.get(owner, text, out)));
      return ports.stream()
          .filter(port -> port.name().equals(found.name()))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(operation + ": it is not listed."));
    }
  }

  static List<Port> all(String operation, ToIntFunction<MemorySegment> size, ByIndex byIndex) {
    int count = Math.toIntExact(Native.size(operation, size));
    List<Port> ports = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int index = i;
      ports.add(take(index, Native.pointer(operation, out -> byIndex.get(index, out))));
    }
    return List.copyOf(ports);
  }

  /** Copies a const port and frees it. */
  static Port take(int index, MemorySegment port) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment type = arena.allocate(ValueLayout.JAVA_INT);
      Native.check(OvNode.ov_port_get_element_type(port, type), "Reading a port's element type");
      MemorySegment shape = arena.allocate(Structs.PARTIAL_SHAPE);
      Native.check(OvNode.ov_port_get_partial_shape(port, shape), "Reading a port's shape");
      // First, since it frees what the struct points to; the rest may throw.
      PartialShape taken = PartialShape.take(shape);
      return new Port(
          index, anyName(port, arena), ElementType.of(type.get(ValueLayout.JAVA_INT, 0)), taken);
    } finally {
      OvNode.ov_output_const_port_free(port);
    }
  }

  /** A port without names makes the runtime answer an error; that is no error here. */
  private static String anyName(MemorySegment port, Arena arena) {
    MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
    int status = OvNode.ov_port_get_any_name(port, out);
    if (status != 0) {
      return "";
    }
    return Native.takeText(out.get(ValueLayout.ADDRESS, 0));
  }

  /** The only one of the ports; a clear message where there are several. */
  static int only(List<Port> ports, String kind) {
    if (ports.size() != 1) {
      throw new IllegalStateException(
          "The model has %d %ss: say which one.".formatted(ports.size(), kind));
    }
    return 0;
  }

  static int checked(List<Port> ports, int index, String kind) {
    if (index < 0 || index >= ports.size()) {
      throw new IndexOutOfBoundsException(
          "The model has %d %s(s); there is no number %d.".formatted(ports.size(), kind, index));
    }
    return index;
  }
}
