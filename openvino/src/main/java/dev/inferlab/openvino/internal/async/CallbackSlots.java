package dev.inferlab.openvino.internal.async;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.inferlab.openvino.internal.c.Callbacks;
import dev.inferlab.openvino.internal.c.Structs;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The one upcall of the process. The C callback carries a slot number instead of a pointer; the
 * slot tells whose run has ended. Slots and their C structs are reused and never freed, since the
 * runtime keeps the struct's address.
 *
 * <p>A slot refers to its target only while a run is in flight, so that a forgotten request can be
 * noticed as a leak.
 */
public final class CallbackSlots {

  private static final System.Logger LOGGER = System.getLogger("dev.inferlab.openvino");
  private static final int CHUNK = 64;
  private static final MemorySegment STUB = stub();
  private static final Deque<Integer> FREE = new ArrayDeque<>();

  /** Grown by whole chunks: an armed slot stays where it is while others are added. */
  private static volatile AtomicReferenceArray<?>[] chunks = new AtomicReferenceArray<?>[0];

  private static volatile MemorySegment[] callbacks = new MemorySegment[0];

  private CallbackSlots() {}

  public static int reserve() {
    synchronized (FREE) {
      if (FREE.isEmpty()) {
        addChunk();
      }
      return FREE.remove();
    }
  }

  public static void free(int slot) {
    synchronized (FREE) {
      FREE.addLast(slot);
    }
  }

  private static void addChunk() {
    int first = chunks.length * CHUNK;
    AtomicReferenceArray<?>[] grown = Arrays.copyOf(chunks, chunks.length + 1);
    grown[chunks.length] = new AtomicReferenceArray<CompletionTarget>(CHUNK);
    MemorySegment[] structs = Arrays.copyOf(callbacks, first + CHUNK);
    for (int slot = first; slot < first + CHUNK; slot++) {
      structs[slot] = Arena.global().allocate(Structs.CALLBACK);
      structs[slot].set(ADDRESS, 0, STUB);
      structs[slot].set(ADDRESS, ADDRESS.byteSize(), MemorySegment.ofAddress(slot));
      FREE.add(slot);
    }
    chunks = grown;
    callbacks = structs;
  }

  /** The {@code ov_callback_t} that reports to the slot. */
  public static MemorySegment callback(int slot) {
    return callbacks[slot];
  }

  public static void arm(int slot, CompletionTarget target) {
    chunk(slot).setRelease(slot % CHUNK, target);
  }

  public static void disarm(int slot) {
    chunk(slot).setRelease(slot % CHUNK, null);
  }

  @SuppressWarnings("unchecked") // only reserve() fills the array
  private static AtomicReferenceArray<CompletionTarget> chunk(int slot) {
    return (AtomicReferenceArray<CompletionTarget>) chunks[slot / CHUNK];
  }

  /** Called by the runtime. Nothing may be thrown through its frames, and nothing is allocated. */
  private static void completed(long slot) {
    long now = System.nanoTime();
    try {
      CompletionTarget target = chunk((int) slot).getAndSet((int) slot % CHUNK, null);
      if (target != null) {
        target.completed(now);
      }
    } catch (Throwable e) {
      report(e);
    }
  }

  private static void report(Throwable thrown) {
    try {
      LOGGER.log(System.Logger.Level.ERROR, "The end of a run could not be handled.", thrown);
    } catch (Throwable e) {
      // Not even logging works; the runtime's thread must go on.
      return;
    }
  }

  private static MemorySegment stub() {
    try {
      MethodHandle completed =
          MethodHandles.lookup()
              .findStatic(
                  CallbackSlots.class, "completed", MethodType.methodType(void.class, long.class));
      return Linker.nativeLinker().upcallStub(completed, Callbacks.RUN_ENDED, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
