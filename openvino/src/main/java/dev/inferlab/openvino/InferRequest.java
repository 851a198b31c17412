package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.async.CallbackSlots;
import dev.inferlab.openvino.internal.async.CompletionTarget;
import dev.inferlab.openvino.internal.async.PlatformThreads;
import dev.inferlab.openvino.internal.async.Polling;
import dev.inferlab.openvino.internal.c.OvInferRequest;
import dev.inferlab.openvino.internal.memory.NativeHandle;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;

/**
 * A place to run a compiled model in: tensors in, a run, tensors out. Owns its native object and
 * its tensors, and keeps its {@link CompiledModel} alive. For one thread at a time; {@link #cancel}
 * and {@link #close} may come from any.
 *
 * <p>A run is either {@link #infer} (in this thread), or {@link #start} and {@link #await}, or
 * {@link #inferAsync}. None of them allocates on the Java heap but the last; neither does filling
 * inputs and reading outputs, when the outputs' shapes are fixed.
 */
public final class InferRequest implements AutoCloseable {

  private static final int IDLE = 0;
  private static final int RUNNING = 1;

  /**
   * Called back, but the call may not have returned: only a native wait makes it safe to start
   * again.
   */
  private static final int ENDED = 2;

  /** No run will begin any more. */
  private static final int CLOSED = 3;

  /** One thread has taken it on to settle the run: nobody else may, and none can begin yet. */
  private static final int SETTLING = 4;

  /** In {@link #infer}, on the thread that called it. */
  private static final int INFERRING = 5;

  private static final Duration LONGEST_WAIT = Duration.ofDays(365);

  private static final int OK = 0;
  private static final String RUN = "Running the model";
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(InferRequest.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final NativeHandle handle;
  private final RequestTensors tensors;
  private final int slot;
  private final CompletionTarget target = this::ended;

  /** Held while a stage is settled, or cancelled: a late cancel must not hit the next run. */
  private final Object stageLock = new Object();

  @SuppressWarnings("unused") // by STATE
  private volatile int state = IDLE;

  private volatile Thread parked;
  private volatile CompletableFuture<InferRequest> future;
  private Executor futureExecutor;
  private volatile long startNanos;
  private volatile long endNanos;
  private volatile long lastRunNanos;

  /** Why the last run failed, until somebody has been told; null when it did not. */
  private volatile OpenVinoException unreported;

  /** Set once, by the pool that this request belongs to. */
  private InferPool pool;

  /** Whether the pool counts the run that is under way: not those that are awaited in place. */
  private volatile boolean pooled;

  private int index;

  InferRequest(MemorySegment address, NativeHandle parent, List<Port> inputs, List<Port> outputs) {
    int reserved = CallbackSlots.reserve();
    this.slot = reserved;
    this.handle =
        new NativeHandle(
            ResourceKind.INFER_REQUEST,
            address,
            request -> {
              OvInferRequest.ov_infer_request_free(request);
              CallbackSlots.free(reserved);
            },
            parent);
    this.tensors = new RequestTensors(handle, parent, inputs, outputs, this::requireIdle);
    int status =
        OvInferRequest.ov_infer_request_set_callback(address, CallbackSlots.callback(slot));
    if (status != OK) {
      handle.close();
      throw Native.failure(status, "Setting up a request");
    }
  }

  /** The only input's tensor: borrowed, to be filled. */
  public Tensor input() {
    return tensors.onlyInput();
  }

  /**
   * An input's tensor: borrowed, the same object each time, valid until another one is set or the
   * request is closed. Or the one that was set; when its owner has closed it, the request runs on
   * its memory all the same, but nobody can look at it any more.
   */
  public Tensor input(int index) {
    return tensors.input(index);
  }

  /** The only output's tensor: borrowed. */
  public Tensor output() {
    return tensors.onlyOutput();
  }

  /**
   * An output's tensor: borrowed; its contents are valid until the next run. With an output of
   * fixed shape it is the same object each time. One of open shape is fetched anew after each run,
   * which allocates, and views of the one before are no longer valid then.
   */
  public Tensor output(int index) {
    return tensors.output(index);
  }

  /** The tensor of the input or output with this name. */
  public Tensor tensor(String name) {
    return tensors.named(name);
  }

  public void setInput(Tensor tensor) {
    tensors.setOnlyInput(tensor);
  }

  /**
   * Uses the caller's tensor as an input, from the next run on. It may be another request's, to
   * hand a result on without a copy. The caller still closes it, when it likes.
   */
  public void setInput(int index, Tensor tensor) {
    tensors.setInput(index, tensor);
  }

  public void setOutput(Tensor tensor) {
    tensors.setOnlyOutput(tensor);
  }

  /** Has an output written to the caller's tensor, from the next run on. */
  public void setOutput(int index, Tensor tensor) {
    tensors.setOutput(index, tensor);
  }

  public void setTensor(String name, Tensor tensor) {
    tensors.setNamed(name, tensor);
  }

  /**
   * Runs and waits.
   *
   * @throws IllegalStateException when the last run has not ended, or a pool waits for its end
   */
  public void infer() {
    if (Thread.currentThread().isVirtual()) {
      begin(null, null, false);
      awaitEnd();
      return;
    }
    requireNotPools();
    settleEnded();
    tensors.beforeRun();
    MemorySegment request = handle.acquire();
    try {
      // So that close() waits for this run too.
      leaveIdle(INFERRING);
      int status;
      try {
        unreported = null;
        startNanos = System.nanoTime();
        status = OvInferRequest.ov_infer_request_infer(request);
        setEnd(System.nanoTime());
      } finally {
        state = IDLE;
      }
      Native.check(status, RUN);
    } finally {
      handle.release();
    }
  }

  /**
   * Starts a run and returns at once.
   *
   * @throws IllegalStateException when the last run has not ended, or when the request is a pool's
   *     and was not taken from it
   */
  public void start() {
    begin(null, null, pool != null);
  }

  /**
   * Starts a run; the stage completes with this request when it has ended, or with an {@link
   * OpenVinoException}, which {@link #await} throws too. Cancelling the stage's future cancels the
   * run. What depends on the stage runs in the common pool.
   *
   * @throws IllegalStateException when the last run has not ended, or when the request is a pool's
   */
  public CompletionStage<InferRequest> inferAsync() {
    return inferAsync(ForkJoinPool.commonPool());
  }

  /**
   * As {@link #inferAsync()}.
   *
   * @param executor runs what depends on the stage; the common pool does where it refuses. One that
   *     runs it in the calling thread holds up the ends of all other runs meanwhile
   */
  public CompletionStage<InferRequest> inferAsync(Executor executor) {
    if (pool != null) {
      throw new IllegalStateException("A pool tells its listener: use start().");
    }
    CompletableFuture<InferRequest> stage = new CompletableFuture<>();
    begin(stage, executor, false);
    stage.whenComplete(
        (done, thrown) -> {
          if (stage.isCancelled()) {
            cancelRunOf(stage);
          }
        });
    return stage;
  }

  private void cancelRunOf(CompletableFuture<InferRequest> stage) {
    synchronized (stageLock) {
      // Not when the run has ended: another one may be under way.
      if (future == stage) {
        cancelIfOpen();
      }
    }
  }

  private void requireNotPools() {
    if (pool != null) {
      pool.requireNotRunning(index);
    }
  }

  private void begin(CompletableFuture<InferRequest> stage, Executor executor, boolean forPool) {
    if (!forPool) {
      requireNotPools();
    }
    settleEnded();
    tensors.beforeRun();
    // Held until the run is settled: closing meanwhile cannot free what the device still works on.
    MemorySegment request = handle.acquire();
    boolean counted = false;
    try {
      if (forPool) {
        pool.countStarted(index);
        counted = true;
      }
      leaveIdle(RUNNING);
    } catch (IllegalStateException e) {
      if (counted) {
        pool.countNotStarted(index);
      }
      handle.release();
      throw e;
    }
    unreported = null;
    future = stage;
    futureExecutor = executor;
    pooled = forPool;
    CallbackSlots.arm(slot, target);
    startNanos = System.nanoTime();
    int status = OvInferRequest.ov_infer_request_start_async(request);
    if (status != OK) {
      OpenVinoException failure = Native.failure(status, RUN);
      notStarted();
      throw failure;
    }
  }

  private void leaveIdle(int next) {
    if (!STATE.compareAndSet(this, IDLE, next)) {
      throw state == CLOSED
          ? handle.closedException()
          : new IllegalStateException("The request's last run has not ended: await it first.");
    }
  }

  private void notStarted() {
    CallbackSlots.disarm(slot);
    future = null;
    if (pooled) {
      pool.countNotStarted(index);
    }
    state = IDLE;
    handle.release();
  }

  /** On a thread of the runtime, in the callback: hands over and returns. */
  private void ended(long nanoTime) {
    setEnd(nanoTime);
    boolean awaitedByFuture = future != null;
    boolean awaitedByPool = pooled;
    Thread waiting = parked;
    // From here on the request may be settled by another thread, which first waits for this call to
    // return.
    state = ENDED;
    if (awaitedByPool) {
      pool.ended(index);
    } else if (awaitedByFuture) {
      Completions.settle(this);
    }
    if (waiting != null || (waiting = parked) != null) {
      LockSupport.unpark(waiting);
    }
  }

  private void setEnd(long nanoTime) {
    endNanos = nanoTime;
    lastRunNanos = nanoTime - startNanos;
  }

  /** Between runs: a run that has ended is settled first. */
  private void requireIdle() {
    settleEnded();
    int seen = state;
    if (seen == CLOSED) {
      throw handle.closedException();
    } else if (seen != IDLE) {
      throw new IllegalStateException("The request runs: await the end before.");
    }
  }

  /**
   * Waits for the end of the run that {@link #start} or {@link #inferAsync} began; returns at once
   * when there is none. Also when interrupted: the thread's mark is then set again.
   *
   * @throws OpenVinoException when the run failed, once
   * @throws IllegalStateException when a pool waits for the end
   */
  public void await() {
    requireNotPools();
    awaitEnd();
  }

  private void awaitEnd() {
    handle.acquire();
    try {
      if (state == RUNNING && Thread.currentThread().isVirtual()) {
        parkUntil(Long.MAX_VALUE);
      }
      if (state != IDLE) {
        settle();
      }
      report();
    } finally {
      handle.release();
    }
  }

  /**
   * Waits for so long at most, in whole milliseconds, rounded up; not at all for zero or less.
   *
   * @return whether the run has ended
   * @throws OpenVinoException when the run failed, once
   * @throws IllegalStateException when a pool waits for the end
   */
  public boolean await(Duration timeout) {
    requireNotPools();
    MemorySegment request = handle.acquire();
    try {
      if (state == RUNNING && !endsWithin(request, timeout)) {
        return false;
      }
      if (state != IDLE) {
        settle();
      }
      report();
      return true;
    } finally {
      handle.release();
    }
  }

  private boolean endsWithin(MemorySegment request, Duration timeout) {
    // The runtime refuses negative times; very long ones overflow, there and here.
    Duration bounded =
        timeout.isNegative()
            ? Duration.ZERO
            : timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeout;
    if (Thread.currentThread().isVirtual()) {
      return parkUntil(System.nanoTime() + bounded.toNanos());
    }
    long millis = bounded.plusNanos(999_999).toMillis();
    int status = OvInferRequest.ov_infer_request_wait_for(request, millis);
    return status != Status.RESULT_NOT_READY.code();
  }

  private boolean parkUntil(long deadline) {
    boolean interrupted = false;
    parked = Thread.currentThread();
    try {
      while (state == RUNNING) {
        long left = deadline - System.nanoTime();
        if (deadline == Long.MAX_VALUE) {
          LockSupport.park(this);
        } else if (left > 0) {
          LockSupport.parkNanos(this, left);
        } else {
          return false;
        }
        // With the mark set, parking would return at once, and this would spin.
        interrupted |= Thread.interrupted();
      }
      return true;
    } finally {
      parked = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Waits natively, which also waits for the callback to return, and makes the request ready for
   * the next run. For who holds the handle. Several threads may come here for the same run: one
   * settles it, the others return when it is settled.
   */
  private void settle() {
    long run = startNanos;
    boolean started = state == ENDED;
    int status = OvInferRequest.ov_infer_request_wait(handle.address());
    if (!STATE.compareAndSet(this, ENDED, SETTLING)) {
      while (state == SETTLING) {
        Thread.yield();
      }
      return;
    }
    if (!started || startNanos != run) {
      // What was waited for may have been an earlier run, which another thread settled.
      status = OvInferRequest.ov_infer_request_wait(handle.address());
    }
    OpenVinoException failure = status == OK ? null : Native.failure(status, RUN);
    unreported = failure;
    CompletableFuture<InferRequest> stage = future;
    if (stage == null) {
      state = IDLE;
      handle.release();
      return;
    }
    Executor executor = futureExecutor;
    synchronized (stageLock) {
      future = null;
    }
    // First the request, then the stage: what depends on the stage may start it again.
    state = IDLE;
    handle.release();
    complete(stage, executor, failure);
  }

  private void complete(
      CompletableFuture<InferRequest> stage, Executor executor, OpenVinoException failure) {
    Runnable completion =
        failure == null ? () -> stage.complete(this) : () -> stage.completeExceptionally(failure);
    try {
      executor.execute(completion);
    } catch (Throwable refused) {
      // Such as an executor that was shut down meanwhile, or that finds no thread any more. The
      // stage must end all the same, and at the worst here.
      try {
        ForkJoinPool.commonPool().execute(completion);
      } catch (Throwable e) {
        completion.run();
      }
    }
  }

  private void settleEnded() {
    if (isEnded()) {
      settleIfOpen();
    }
  }

  private boolean isEnded() {
    int seen = state;
    return seen == ENDED || seen == SETTLING;
  }

  /** Settles a run that has ended, unless somebody did. */
  void settleIfOpen() {
    if (handle.tryAcquire()) {
      try {
        if (isEnded()) {
          settle();
        }
      } finally {
        handle.release();
      }
    }
  }

  /** Throws what the last run failed with, once. */
  private void report() {
    OpenVinoException failure = unreported;
    if (failure != null) {
      unreported = null;
      throw failure;
    }
  }

  /** Settles a run of a pool; its failure, or null. */
  OpenVinoException outcome() {
    settleIfOpen();
    OpenVinoException failure = unreported;
    unreported = null;
    return failure;
  }

  /**
   * Asks the running run to stop: {@link #await} then throws {@link InferenceCancelledException}.
   */
  public void cancel() {
    handle.with(
        request -> {
          Native.check(OvInferRequest.ov_infer_request_cancel(request), "Cancelling a run");
          return null;
        });
  }

  private void cancelIfOpen() {
    if (handle.tryAcquire()) {
      try {
        cancelNow();
      } finally {
        handle.release();
      }
    }
  }

  /**
   * How long the last ended run took, in nanoseconds: from just before it was started to the
   * runtime's callback (or the return of {@link #infer}). While another run is under way, still
   * that of the one before; 0 before the first has ended.
   */
  public long lastRunNanos() {
    return lastRunNanos;
  }

  /** {@link System#nanoTime} at the end of the last ended run; 0 before. */
  public long lastEndNanos() {
    return endNanos;
  }

  /**
   * Per-layer times of the last run, when the model was compiled with {@link
   * Property#ENABLE_PROFILING}.
   */
  public List<LayerProfile> profile() {
    return handle.with(ProfileReader::read);
  }

  /** Its number in its pool, from 0; 0 outside of one. */
  public int index() {
    return index;
  }

  void joinPool(InferPool owner, int number) {
    pool = owner;
    index = number;
  }

  /**
   * Cancels what runs, waits until the device has let go, and frees. Waits too while a call of the
   * system, such as a channel's read, works on the {@link Tensor#segment} of one of its tensors.
   * Not interruptible. Again and again without harm.
   */
  @Override
  public void close() {
    PlatformThreads.run(this::closeHere);
  }

  private void closeHere() {
    if (!handle.tryAcquire()) {
      return;
    }
    try {
      if (handle.close()) {
        endRuns();
        tensors.close();
      }
    } finally {
      handle.release();
    }
  }

  /**
   * A start that was under way on another thread may still come through, and {@link #infer} may run
   * there: they are waited for too.
   */
  private void endRuns() {
    Polling.until(
        () -> {
          if (STATE.compareAndSet(this, IDLE, CLOSED)) {
            return true;
          }
          cancelNow();
          settle();
          return STATE.compareAndSet(this, IDLE, CLOSED);
        });
  }

  /** For who holds the handle. Whether it was in time shows in the run's own status. */
  private void cancelNow() {
    int ignored = OvInferRequest.ov_infer_request_cancel(handle.address());
    assert ignored <= OK;
  }
}
