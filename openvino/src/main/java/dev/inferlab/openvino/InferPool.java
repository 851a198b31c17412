package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.async.CompletionRing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Requests of one model that run side by side, for a loop that keeps a device busy:
 *
 * <pre>{@code
 * try (InferPool pool = compiled.createPool(4, (request, failure) -> use(request.output()))) {
 *   for (Image image : images) {
 *     InferRequest request = pool.take();
 *     image.copyTo(request.input().segment());
 *     request.start();
 *   }
 *   pool.drain();
 * }
 * }</pre>
 *
 * <p>The listener hears of each ended run once, on the thread that calls {@link #take} or {@link
 * #drain}, before the request is handed out again. Nothing is allocated by this loop, when the
 * outputs' shapes are fixed. Owns its requests.
 *
 * <p>Several threads may share it, each with one request in hand and at most as many as it has
 * requests: {@link #take} does not wait for a request that somebody has taken and not started.
 */
public final class InferPool implements AutoCloseable {

  /**
   * Reads the results of a run. It is called under the pool's lock: never twice at once, whichever
   * threads share the pool, and while it works other threads wait in {@link #take}, {@link
   * #giveBack} and {@link #drain}; not in {@link InferRequest#start}. Long work goes elsewhere,
   * with a copy of the results.
   */
  @FunctionalInterface
  public interface Listener {

    /**
     * @param request whose outputs hold the results until it is started again
     * @param failure why there are none, or null
     */
    void ended(InferRequest request, OpenVinoException failure);
  }

  /** May be handed out. */
  private static final int IDLE = 0;

  /** Somebody has it in hand. */
  private static final int LENT = 1;

  /** Started, and the listener has not heard of its end. */
  private static final int RUNNING = 2;

  private final List<InferRequest> requests;
  private final Listener listener;
  private final CompletionRing ring;

  /** Numbers of requests that may be handed out; a stack, guarded by this. */
  private final int[] idle;

  private int idleCount;

  /**
   * Where each request is. {@link #take} goes from idle to lent, a start from lent to running, the
   * end of {@link #take}'s or {@link #drain}'s listener back to lent or idle. Not guarded: a start
   * must not wait for who waits in {@link #take}.
   */
  private final AtomicIntegerArray places;

  private volatile boolean closed;

  InferPool(CompiledModel model, int size, Listener listener) {
    if (size < 1) {
      throw new IllegalArgumentException("A pool needs at least one request, not " + size + ".");
    }
    this.listener = listener;
    this.ring = new CompletionRing(size);
    this.idle = new int[size];
    this.places = new AtomicIntegerArray(size);
    List<InferRequest> made = new ArrayList<>(size);
    try {
      for (int i = 0; i < size; i++) {
        InferRequest request = model.createRequest();
        made.add(request);
        request.joinPool(this, i);
        idle[size - 1 - i] = i;
      }
    } catch (RuntimeException e) {
      made.forEach(InferRequest::close);
      throw e;
    }
    this.idleCount = size;
    this.requests = List.copyOf(made);
  }

  /**
   * All of them, by number: to set their tensors up, or to run them by {@link InferRequest#infer}
   * while the pool rests. Only {@link #take} gives one that may be started.
   */
  public List<InferRequest> requests() {
    return requests;
  }

  /**
   * A request that is free to be filled and started; waits for one to end when all run, also when
   * interrupted: the thread's mark is then set again. It comes back by ending, or by {@link
   * #giveBack}.
   *
   * @throws IllegalStateException when all are taken and none runs: it would wait for ever; or when
   *     the pool is closed
   */
  public synchronized InferRequest take() {
    requireOpen();
    int ended = ring.poll();
    if (ended < 0 && idleCount > 0) {
      return handOut(idle[--idleCount], IDLE);
    }
    if (ended < 0) {
      ended = ring.await();
    }
    if (ended < 0) {
      throw new IllegalStateException(
          "All requests are taken and none is running: start or give back what was taken.");
    }
    boolean told = false;
    try {
      tell(requests.get(ended));
      requireOpen();
      told = true;
    } finally {
      if (!told) {
        putBack(ended);
      }
    }
    return handOut(ended, RUNNING);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The pool is closed.");
    }
  }

  private InferRequest handOut(int number, int from) {
    boolean was = places.compareAndSet(number, from, LENT);
    assert was;
    return requests.get(number);
  }

  private void putBack(int number) {
    places.set(number, IDLE);
    idle[idleCount++] = number;
  }

  /**
   * Returns a request that was taken and not started.
   *
   * @throws IllegalStateException when it was not taken
   */
  public synchronized void giveBack(InferRequest request) {
    int number = request.index();
    if (number >= requests.size() || requests.get(number) != request) {
      throw new IllegalArgumentException("The request is not of this pool.");
    }
    if (!places.compareAndSet(number, LENT, IDLE)) {
      throw notTaken(number);
    }
    idle[idleCount++] = number;
  }

  /**
   * Waits until all that were started have ended, and tells the listener of each. Not
   * interruptible, as {@link #take}.
   */
  public synchronized void drain() {
    for (int ended = ring.await(); ended >= 0; ended = ring.await()) {
      try {
        tell(requests.get(ended));
      } finally {
        putBack(ended);
      }
    }
  }

  private void tell(InferRequest request) {
    OpenVinoException failure = request.outcome();
    // A run that close() cut off has no outputs, and its failure is the closer's doing.
    if (!closed) {
      listener.ended(request, failure);
    }
  }

  /** A run begins: its end will be told to the listener. */
  void countStarted(int number) {
    if (!places.compareAndSet(number, LENT, RUNNING)) {
      throw notTaken(number);
    }
    ring.expect();
  }

  /** It did not begin. */
  void countNotStarted(int number) {
    places.set(number, LENT);
    ring.unexpect();
  }

  private static IllegalStateException notTaken(int number) {
    return new IllegalStateException(
        "Request %d was not taken from its pool: take() first.".formatted(number));
  }

  /** Refuses what would take a run's end away from the listener. */
  void requireNotRunning(int number) {
    if (places.get(number) == RUNNING) {
      throw new IllegalStateException(
          "Request %d runs, and its pool tells of the end: take() or drain() waits for it."
              .formatted(number));
    }
  }

  void ended(int number) {
    ring.add(number);
  }

  /** Cancels what runs and frees all. The listener hears no more. */
  @Override
  public void close() {
    closed = true;
    requests.forEach(InferRequest::close);
  }
}
