package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.inferlab.openvino.internal.async.Polling;
import dev.inferlab.openvino.internal.c.OvShape;
import dev.inferlab.openvino.internal.c.OvTensor;
import dev.inferlab.openvino.internal.c.Structs;
import dev.inferlab.openvino.internal.loader.NativeLibrary;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Elements of one type in a dense block of native memory. Owns that memory when made by {@link
 * #allocate}; shares the caller's when made by {@link #wrap}; borrows the request's when a request
 * answers it, which then closes it too.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Tensor implements AutoCloseable {

  // Made once: checking a type must not allocate, as it is a part of hot loops.
  private static final Set<ElementType> FLOATS =
      EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16);
  private static final Set<ElementType> DOUBLES = EnumSet.of(ElementType.F64);
  private static final Set<ElementType> INTS = EnumSet.of(ElementType.I32, ElementType.U32);
  private static final Set<ElementType> LONGS = EnumSet.of(ElementType.I64, ElementType.U64);
  private static final Set<ElementType> SHORTS =
      EnumSet.of(ElementType.I16, ElementType.U16, ElementType.F16, ElementType.BF16);
  private static final Set<ElementType> BYTES =
      EnumSet.of(ElementType.U8, ElementType.I8, ElementType.BOOLEAN);
  private static final Set<ElementType> STRINGS = EnumSet.of(ElementType.STRING);

  private final NativeHandle handle;
  private final ElementType elementType;

  /** Of a borrowed tensor: refuses while its request works on it. Null for others. */
  private final Runnable requireIdle;

  /** The caller's memory, kept reachable; null when OpenVINO owns it. */
  private final MemorySegment wrapped;

  /** Guarded by the handle, as every change of the view is: who makes one sees who closes. */
  private Arena viewArena;

  private volatile MemorySegment view;

  private Tensor(
      NativeHandle handle, ElementType elementType, Runnable requireIdle, MemorySegment wrapped) {
    this.handle = handle;
    this.elementType = elementType;
    this.requireIdle = requireIdle;
    this.wrapped = wrapped;
  }

  /**
   * A tensor with memory of its own, aligned as the devices like it. Its contents are undefined.
   */
  public static Tensor allocate(ElementType type, Shape shape) {
    NativeLibrary.load();
    MemorySegment address =
        withShape(
            "Allocating a tensor " + type + shape,
            shape,
            (struct, out) -> OvTensor.ov_tensor_create(type.code(), struct, out));
    return new Tensor(own(address, null), type, null, null);
  }

  /**
   * A tensor over the caller's memory: nothing is copied, either way. The memory must stay alive
   * until the tensor is closed and no run that uses it is in flight.
   *
   * @param memory native memory (mapped files and direct buffers too), aligned for the element
   *     type; a request writes to it only when it is set as an output
   */
  public static Tensor wrap(MemorySegment memory, ElementType type, Shape shape) {
    NativeLibrary.load();
    requireFit(memory, type, shape);
    MemorySegment address =
        withShape(
            "Wrapping memory as a tensor " + type + shape,
            shape,
            (struct, out) ->
                OvTensor.ov_tensor_create_from_host_ptr(type.code(), struct, memory, out));
    return new Tensor(own(address, null), type, null, memory);
  }

  /** A tensor of texts. The C API lets them be written, not read. */
  public static Tensor ofStrings(List<String> texts, Shape shape) {
    NativeLibrary.load();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array = pointers(texts, arena);
      MemorySegment address =
          withShape(
              "Making a tensor of strings",
              shape,
              (struct, out) ->
                  OvTensor.ov_tensor_create_from_string_array(array, texts.size(), struct, out));
      return new Tensor(own(address, null), ElementType.STRING, null, null);
    }
  }

  /**
   * A tensor that belongs to a request: closing it does nothing, the request frees it.
   *
   * @param requireIdle throws while the request runs
   */
  static Tensor borrowed(MemorySegment address, NativeHandle request, Runnable requireIdle) {
    ElementType type;
    try {
      type = typeOf(address);
    } catch (RuntimeException e) {
      OvTensor.ov_tensor_free(address);
      throw e;
    }
    return new Tensor(own(address, request), type, requireIdle, null);
  }

  /** A tensor in a device's memory, or reachable by it. */
  static Tensor owned(MemorySegment address, ElementType type, NativeHandle parent) {
    return new Tensor(own(address, parent), type, null, null);
  }

  private static NativeHandle own(MemorySegment address, NativeHandle parent) {
    return new NativeHandle(ResourceKind.TENSOR, address, OvTensor::ov_tensor_free, parent);
  }

  private static void requireFit(MemorySegment memory, ElementType type, Shape shape) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException(
          "Only native memory can be wrapped; copy arrays into an allocated tensor.");
    }
    if (type == ElementType.STRING || type == ElementType.DYNAMIC) {
      throw new IllegalArgumentException("Memory cannot be seen as elements of type " + type + ".");
    }
    long needed = type.byteSize(shape.elements());
    if (memory.byteSize() < needed) {
      throw new IllegalArgumentException(
          "A tensor %s%s takes %d bytes; the memory has %d."
              .formatted(type, shape, needed, memory.byteSize()));
    }
    long alignment = Math.max(1, type.bits() / Byte.SIZE);
    if (memory.address() % alignment != 0) {
      throw new IllegalArgumentException(
          "Memory for %s must be aligned to %d bytes.".formatted(type, alignment));
    }
  }

  public ElementType elementType() {
    return elementType;
  }

  /** The shape as it is now: an output's may differ from run to run when the model is dynamic. */
  public Shape shape() {
    return handle.with(
        tensor -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment shape = arena.allocate(Structs.SHAPE);
            int status = OvTensor.ov_tensor_get_shape(tensor, shape);
            if (status == Status.INVALID_C_PARAM.code()) {
              // How the C API answers for a scalar: it cannot make a shape without dimensions.
              return Shape.of();
            }
            Native.check(status, "Reading a tensor's shape");
            return takeShape(shape);
          }
        });
  }

  /**
   * Gives it another shape, with memory to fit. Views taken before must not be used after. No run
   * may be working on it: with a request's own tensor that is refused, with one that was set in a
   * request the caller sees to it.
   *
   * @throws IllegalStateException when it is a request's own and that runs
   */
  public void setShape(Shape shape) {
    if (requireIdle != null) {
      requireIdle.run();
    }
    long needed = elementType.byteSize(shape.elements());
    if (wrapped != null && needed > wrapped.byteSize()) {
      throw new IllegalArgumentException(
          "The shape %s takes %d bytes; the wrapped memory has %d."
              .formatted(shape, needed, wrapped.byteSize()));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = write(shape, arena);
      synchronized (handle) {
        handle.with(
            tensor -> {
              closeView();
              Native.check(
                  OvTensor.ov_tensor_set_shape(tensor, struct),
                  "Setting a tensor's shape to " + shape);
              return null;
            });
      }
    }
  }

  /** How many elements it has. */
  public long size() {
    return handle.with(
        tensor ->
            Native.size(
                "Reading a tensor's size", out -> OvTensor.ov_tensor_get_size(tensor, out)));
  }

  public long byteSize() {
    return handle.with(
        tensor ->
            Native.size(
                "Reading a tensor's size", out -> OvTensor.ov_tensor_get_byte_size(tensor, out)));
  }

  /**
   * The elements themselves, without a copy, in the machine's byte order. Answered again and again
   * at no cost. Valid until the tensor (a borrowed one: its request) is closed; using it later
   * throws.
   */
  public MemorySegment segment() {
    MemorySegment known = view;
    if (known == null) {
      return newView();
    } else if (handle.isClosed()) {
      throw handle.closedException();
    }
    return known;
  }

  private MemorySegment newView() {
    if (elementType == ElementType.STRING) {
      throw new UnsupportedOperationException("The texts of a tensor cannot be viewed.");
    }
    // Who frees it meanwhile waits here, and then finds the view; or has freed it, and is seen.
    synchronized (handle) {
      if (view == null) {
        view = handle.with(this::viewOf);
      } else if (handle.isClosed()) {
        throw handle.closedException();
      }
      return view;
    }
  }

  private MemorySegment viewOf(MemorySegment tensor) {
    long bytes = byteSize();
    if (wrapped != null) {
      return wrapped.asSlice(0, bytes);
    }
    MemorySegment data =
        Native.pointer("Reaching a tensor's data", out -> OvTensor.ov_tensor_data(tensor, out));
    // Shared, since runs and their readers may be on different threads. One for each view: that is
    // one for all runs, but for an output of open shape, whose tensor is fetched again after each.
    viewArena = Arena.ofShared();
    return data.reinterpret(bytes, viewArena, null);
  }

  /** For who holds the handle's lock. Waits until no call of the system works on the view. */
  private void closeView() {
    if (viewArena != null) {
      Polling.until(this::viewIsClosed);
      viewArena = null;
    }
    view = null;
  }

  private boolean viewIsClosed() {
    try {
      viewArena.close();
      return true;
    } catch (IllegalStateException e) {
      // Such as a channel that reads into it; the arena tells of its end to nobody.
      return false;
    }
  }

  /**
   * Into elements of type {@code F32}; or {@code F16} or {@code BF16}, each rounded to the nearest.
   */
  public void copyFrom(float[] elements) {
    requireType(FLOATS);
    MemorySegment target = exact(elements.length);
    if (elementType == ElementType.F32) {
      MemorySegment.copy(elements, 0, target, JAVA_FLOAT, 0, elements.length);
      return;
    }
    for (int i = 0; i < elements.length; i++) {
      target.setAtIndex(
          JAVA_SHORT,
          i,
          elementType == ElementType.F16
              ? Float.floatToFloat16(elements[i])
              : bfloat16(elements[i]));
    }
  }

  /** A float's upper half, rounded to the nearest; of two as near, to the even one. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry it to an infinity; the bit that is set keeps it a number that is none.
      return (short) ((bits >>> Short.SIZE) | 0x40);
    }
    int even = (bits >>> Short.SIZE) & 1;
    return (short) ((bits + 0x7fff + even) >>> Short.SIZE);
  }

  public void copyFrom(double[] elements) {
    requireType(DOUBLES);
    MemorySegment.copy(elements, 0, exact(elements.length), JAVA_DOUBLE, 0, elements.length);
  }

  public void copyFrom(int[] elements) {
    requireType(INTS);
    MemorySegment.copy(elements, 0, exact(elements.length), JAVA_INT, 0, elements.length);
  }

  public void copyFrom(long[] elements) {
    requireType(LONGS);
    MemorySegment.copy(elements, 0, exact(elements.length), JAVA_LONG, 0, elements.length);
  }

  /** Into whole numbers of 16 bits, or the bits of {@code F16} or {@code BF16}. */
  public void copyFrom(short[] elements) {
    requireType(SHORTS);
    MemorySegment.copy(elements, 0, exact(elements.length), JAVA_SHORT, 0, elements.length);
  }

  public void copyFrom(byte[] elements) {
    requireType(BYTES);
    MemorySegment.copy(elements, 0, exact(elements.length), JAVA_BYTE, 0, elements.length);
  }

  /** Of elements of type {@code F32}; or of {@code F16} or {@code BF16}, which floats hold. */
  public float[] toFloatArray() {
    requireType(FLOATS);
    if (elementType == ElementType.F32) {
      return segment().toArray(JAVA_FLOAT);
    }
    short[] bits = segment().toArray(JAVA_SHORT);
    float[] elements = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      elements[i] =
          elementType == ElementType.F16
              ? Float.float16ToFloat(bits[i])
              : Float.intBitsToFloat(bits[i] << Short.SIZE); // BF16: a float's upper half
    }
    return elements;
  }

  public double[] toDoubleArray() {
    requireType(DOUBLES);
    return segment().toArray(JAVA_DOUBLE);
  }

  public int[] toIntArray() {
    requireType(INTS);
    return segment().toArray(JAVA_INT);
  }

  public long[] toLongArray() {
    requireType(LONGS);
    return segment().toArray(JAVA_LONG);
  }

  /** Of whole numbers of 16 bits ({@code U16}: see {@link Short#toUnsignedInt}), or bits. */
  public short[] toShortArray() {
    requireType(SHORTS);
    return segment().toArray(JAVA_SHORT);
  }

  /** The bytes of elements of any type. */
  public byte[] toByteArray() {
    return segment().toArray(JAVA_BYTE);
  }

  public void setStrings(List<String> texts) {
    requireType(STRINGS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array = pointers(texts, arena);
      handle.with(
          tensor -> {
            Native.check(
                OvTensor.ov_tensor_set_string_data(tensor, array, texts.size()),
                "Setting a tensor's strings");
            return null;
          });
    }
  }

  /**
   * Frees it; again and again without harm. Waits while a call of the system, such as a channel's
   * read, works on its {@link #segment}. On a borrowed one it does nothing.
   */
  @Override
  public void close() {
    if (requireIdle == null) {
      free();
    }
  }

  /** What {@link #close} does for an owner. */
  void free() {
    synchronized (handle) {
      if (!handle.isClosed()) {
        closeView();
        handle.close();
      }
    }
  }

  NativeHandle handle() {
    return handle;
  }

  boolean isWrapped() {
    return wrapped != null;
  }

  /** Refuses memory that the device could not write to: it would end the process. */
  void requireWritable() {
    if (wrapped != null && wrapped.isReadOnly()) {
      throw new IllegalArgumentException(
          "The memory of a wrapped tensor is read-only: it cannot be an output.");
    }
  }

  /**
   * Refuses memory whose arena was closed under the tensor: the device would read what is no longer
   * there.
   */
  void requireMemory() {
    if (wrapped != null && !wrapped.scope().isAlive()) {
      throw new IllegalStateException(
          "The memory of a wrapped tensor was freed while it is set in a request.");
    }
  }

  private MemorySegment exact(int length) {
    MemorySegment target = segment();
    // From the view, not from the runtime: such a call would allocate. Types under 8 bits, several
    // of whose elements share a byte, do not come here.
    long expected = target.byteSize() * Byte.SIZE / elementType.bits();
    if (length != expected) {
      throw new IllegalArgumentException(
          "The tensor %s has %d elements; %d were given.".formatted(shape(), expected, length));
    }
    return target;
  }

  private void requireType(Set<ElementType> accepted) {
    if (!accepted.contains(elementType)) {
      throw new IllegalArgumentException(
          "The tensor's elements are %s, not %s.".formatted(elementType, accepted));
    }
  }

  private static ElementType typeOf(MemorySegment tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment type = arena.allocate(JAVA_INT);
      Native.check(OvTensor.ov_tensor_get_element_type(tensor, type), "Reading a tensor's type");
      return ElementType.of(type.get(JAVA_INT, 0));
    }
  }

  /** A call that takes a shape by value and fills a tensor pointer. */
  @FunctionalInterface
  interface WithShape {
    int call(MemorySegment shape, MemorySegment out);
  }

  static MemorySegment withShape(String operation, Shape shape, WithShape call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = write(shape, arena);
      return Native.pointer(operation, out -> call.call(struct, out));
    }
  }

  private static MemorySegment write(Shape shape, Arena arena) {
    MemorySegment struct = arena.allocate(Structs.SHAPE);
    struct.set(JAVA_LONG, 0, shape.rank());
    struct.set(
        ADDRESS,
        JAVA_LONG.byteSize(),
        shape.rank() == 0
            ? arena.allocate(JAVA_LONG)
            : arena.allocateFrom(JAVA_LONG, shape.toArray()));
    return struct;
  }

  private static Shape takeShape(MemorySegment struct) {
    try {
      long rank = struct.get(JAVA_LONG, 0);
      if (rank == 0) {
        return Shape.of();
      }
      MemorySegment dimensions = Native.pointerAt(struct, JAVA_LONG.byteSize());
      return Shape.of(dimensions.reinterpret(rank * JAVA_LONG.byteSize()).toArray(JAVA_LONG));
    } finally {
      // Frees nothing but the array it allocated; its status cannot be acted upon.
      int ignored = OvShape.ov_shape_free(struct);
      assert ignored == 0;
    }
  }

  private static MemorySegment pointers(List<String> texts, Arena arena) {
    MemorySegment array = arena.allocate(ADDRESS, Math.max(1, texts.size()));
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    return array;
  }
}
