package dev.inferlab.openvino.internal.memory;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One native object and who still needs it: its owner until {@link #close}, every call that is in
 * it, every child made from it. The last of them frees it, so any order of closing is safe, also
 * from another thread during a call.
 *
 * <p>The state is one int: the count of users, and a bit that says that the owner has closed it.
 */
public final class NativeHandle {

  private static final int CLOSED = 1 << 31;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(NativeHandle.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ResourceKind kind;
  private final MemorySegment address;
  private final Consumer<MemorySegment> free;
  private final NativeHandle parent;
  private final LeakWatch watch;

  @SuppressWarnings("unused") // by STATE
  private volatile int state = 1;

  /**
   * Takes over a fresh native object.
   *
   * @param parent what must outlive it, or null
   */
  public NativeHandle(
      ResourceKind kind, MemorySegment address, Consumer<MemorySegment> free, NativeHandle parent) {
    this.kind = kind;
    this.address = address;
    this.free = free;
    this.parent = parent;
    if (parent != null && !parent.tryAcquire()) {
      free.accept(address);
      throw parent.closedException();
    }
    kind.countOpened();
    this.watch = LeakWatch.of(this, kind);
  }

  /** The address for one call; {@link #release} must follow. */
  public MemorySegment acquire() {
    if (!tryAcquire()) {
      throw closedException();
    }
    return address;
  }

  public boolean tryAcquire() {
    while (true) {
      int seen = (int) STATE.getVolatile(this);
      if (seen < 0) {
        return false;
      }
      if (STATE.compareAndSet(this, seen, seen + 1)) {
        return true;
      }
    }
  }

  /** The address, for who holds it acquired. */
  public MemorySegment address() {
    return address;
  }

  public void release() {
    if ((int) STATE.getAndAdd(this, -1) == (CLOSED | 1)) {
      free();
    }
  }

  /** Runs an action on the live object. */
  public <T> T with(Function<MemorySegment, T> action) {
    MemorySegment live = acquire();
    try {
      return action.apply(live);
    } finally {
      release();
    }
  }

  public boolean isClosed() {
    return (int) STATE.getVolatile(this) < 0;
  }

  /** The owner needs it no more. True for the first call, which alone has an effect. */
  public boolean close() {
    while (true) {
      int seen = (int) STATE.getVolatile(this);
      if (seen < 0) {
        return false;
      }
      int next = (seen - 1) | CLOSED;
      if (STATE.compareAndSet(this, seen, next)) {
        watch.closed();
        if (next == CLOSED) {
          free();
        }
        return true;
      }
    }
  }

  private void free() {
    try {
      free.accept(address);
    } finally {
      kind.countClosed();
      if (parent != null) {
        parent.release();
      }
    }
  }

  public IllegalStateException closedException() {
    return new IllegalStateException(
        "This %s is closed.%s"
            .formatted(
                kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), watch.hint()),
        watch.closedAt());
  }
}
