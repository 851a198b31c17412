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
 * #drain}, before the request is handed out again. Nothing is allocated by this loop. Owns its
 * requests. Several threads may share it, at most as many as it has requests: {@link #take} refuses
 * to wait when none runs.
 */
public final class InferPool implements AutoCloseable {

  /** Reads the results of a run. */
  @FunctionalInterface
  public interface Listener {

    /**
     * @param request whose outputs hold the results until it is started again
     * @param failure why there are none, or null
     */
    void ended(InferRequest request, OpenVinoException failure);
  }

  private final List<InferRequest> requests;
  private final Listener listener;
  private final CompletionRing ring;

  /** Numbers of requests that may be handed out; a stack, guarded by this. */
  private final int[] idle;

  private int idleCount;

  /** 1 for a request that somebody has in hand: from {@link #take} to its start or return. */
  private final AtomicIntegerArray taken;

  private volatile boolean closed;

  InferPool(CompiledModel model, int size, Listener listener) {
    if (size < 1) {
      throw new IllegalArgumentException("A pool needs at least one request, not " + size + ".");
    }
    this.listener = listener;
    this.ring = new CompletionRing(size);
    this.idle = new int[size];
    this.taken = new AtomicIntegerArray(size);
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
   * A request that is free to be filled and started; waits for one to end when all run. It comes
   * back by ending, or by {@link #giveBack}.
   *
   * @throws IllegalStateException when all are taken and none runs: it would wait for ever
   */
  public synchronized InferRequest take() {
    int ended = ring.poll();
    if (ended < 0 && idleCount > 0) {
      return handOut(idle[--idleCount]);
    }
    if (ended < 0) {
      ended = ring.await();
    }
    InferRequest request = requests.get(ended);
    boolean told = false;
    try {
      tell(request);
      told = true;
    } finally {
      if (!told) {
        idle[idleCount++] = ended;
      }
    }
    return handOut(ended);
  }

  private InferRequest handOut(int number) {
    taken.set(number, 1);
    return requests.get(number);
  }

  /**
   * Returns a request that was taken and not started.
   *
   * @throws IllegalStateException when it was not taken
   */
  public synchronized void giveBack(InferRequest request) {
    requireTaken(request);
    taken.set(request.index(), 0);
    idle[idleCount++] = request.index();
  }

  /** Waits until all that were started have ended, and tells the listener of each. */
  public synchronized void drain() {
    while (ring.expectsMore()) {
      InferRequest request = requests.get(ring.await());
      try {
        tell(request);
      } finally {
        idle[idleCount++] = request.index();
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

  void requireTaken(InferRequest request) {
    if (requests.get(request.index()) != request) {
      throw new IllegalArgumentException("The request is not of this pool.");
    }
    if (taken.get(request.index()) == 0) {
      throw new IllegalStateException(
          "Request %d was not taken from its pool: take() first.".formatted(request.index()));
    }
  }

  void countStarted(int number) {
    taken.set(number, 0);
    ring.expect();
  }

  void countNotStarted(int number) {
    ring.unexpect();
    taken.set(number, 1);
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
