package dev.inferlab.agent.process;

import dev.inferlab.agent.config.ExecutorConfig;
import dev.inferlab.agent.failure.JobFailedException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * The executors of this machine. Each runs one attempt at a time, so that its end hits nobody else;
 * one idle executor a device is kept warm, and what is unfit for more is replaced in the
 * background. Thread-safe.
 */
public final class ExecutorPool implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ExecutorPool.class);

  /** Longer than killing a process is tried: after this the agent's leases are given to others. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(11);

  private final ExecutorLauncher launcher;
  private final int parallel;
  private final MeterRegistry metrics;
  private final String target;
  private final Map<String, Deque<ExecutorProcess>> idle = new HashMap<>();
  private final Map<String, Semaphore> width = new HashMap<>();
  private final Set<ExecutorProcess> all = new HashSet<>();
  private final Set<Thread> starting = new HashSet<>();
  private boolean closed;

  /**
   * @param memoryBytes what the executors may hold together
   */
  public ExecutorPool(
      ExecutorConfig config,
      long memoryBytes,
      Path workFolder,
      Path logFolder,
      MeterRegistry metrics,
      String target)
      throws IOException {
    this.launcher =
        new ExecutorLauncher(config, new MemoryBudget(memoryBytes), workFolder, logFolder);
    this.parallel = config.parallel();
    this.metrics = metrics;
    this.target = target;
  }

  /** An executor for the device, warm if there is one; waits while as many as allowed are busy. */
  public ExecutorProcess take(String device) throws JobFailedException, InterruptedException {
    Semaphore permits = width(device);
    permits.acquire();
    boolean taken = false;
    try {
      Optional<ExecutorProcess> warm = pollIdle(device);
      ExecutorProcess executor = warm.isPresent() ? warm.get() : start(device);
      taken = true;
      return executor;
    } finally {
      if (!taken) {
        permits.release();
      }
    }
  }

  /** After an attempt that left the executor intact, as far as it knows. */
  public void giveBack(ExecutorProcess executor) {
    Optional<String> unfit = executor.unfitForMore();
    if (unfit.isPresent()) {
      discard(executor, unfit.get());
      return;
    }
    Semaphore permits = width(executor.device());
    boolean kept;
    synchronized (this) {
      Deque<ExecutorProcess> warm =
          idle.computeIfAbsent(executor.device(), _ -> new ArrayDeque<>());
      // A second one would only hold memory while others measure, unless somebody waits for it.
      kept = !closed && (warm.isEmpty() || permits.hasQueuedThreads());
      if (kept) {
        warm.push(executor);
      }
    }
    if (!kept) {
      end(executor);
    }
    permits.release();
  }

  /**
   * Kills the executor with all that it started; a new one comes up in the background.
   *
   * @param reason for the metric: few and fixed words
   */
  public void discard(ExecutorProcess executor, String reason) {
    end(executor);
    metrics.counter("inferlab.executor.restarts", "target", target, "reason", reason).increment();
    width(executor.device()).release();
    Thread.ofVirtual().start(() -> warmUp(executor.device()));
  }

  private void end(ExecutorProcess executor) {
    executor.kill();
    executor.folder().delete();
    synchronized (this) {
      all.remove(executor);
      notifyAll();
    }
  }

  /** Sees to it that the device has an idle executor. */
  public void warmUp(String device) {
    Semaphore permits = width(device);
    synchronized (this) {
      if (closed || !idle.getOrDefault(device, new ArrayDeque<>()).isEmpty()) {
        return;
      }
    }
    if (!permits.tryAcquire()) {
      return; // all are busy; one of them will come back
    }
    try {
      giveBack(start(device)); // releases the permit
    } catch (JobFailedException e) {
      permits.release();
      if (!closed()) {
        LOG.warn("No executor could be started in advance", e);
      }
    } catch (InterruptedException e) {
      permits.release();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends idle executors beyond the warm one, and forgets those that died while idle. */
  public void trim() {
    List<ExecutorProcess> surplus = new ArrayList<>();
    synchronized (this) {
      for (Deque<ExecutorProcess> queue : idle.values()) {
        for (ExecutorProcess executor : List.copyOf(queue)) {
          if (queue.size() > 1 || !executor.alive()) {
            queue.remove(executor);
            surplus.add(executor);
          }
        }
      }
    }
    surplus.forEach(this::end);
  }

  private ExecutorProcess start(String device) throws JobFailedException, InterruptedException {
    ExecutorProcess executor = null;
    synchronized (this) {
      if (closed) {
        throw new InterruptedException("the agent stops");
      }
      starting.add(Thread.currentThread());
    }
    try {
      executor = launcher.start(device);
    } finally {
      synchronized (this) {
        starting.remove(Thread.currentThread());
        if (executor != null) {
          all.add(executor);
        }
        notifyAll();
      }
    }
    if (closed()) {
      end(executor);
      throw new InterruptedException("the agent stops");
    }
    return executor;
  }

  private Optional<ExecutorProcess> pollIdle(String device) {
    while (true) {
      ExecutorProcess executor;
      synchronized (this) {
        executor = idle.getOrDefault(device, new ArrayDeque<>()).poll();
      }
      if (executor == null || executor.alive()) {
        return Optional.ofNullable(executor);
      }
      metrics
          .counter("inferlab.executor.restarts", "target", target, "reason", "crashed")
          .increment();
      end(executor);
    }
  }

  private synchronized boolean closed() {
    return closed;
  }

  private synchronized Semaphore width(String device) {
    return width.computeIfAbsent(device, _ -> new Semaphore(parallel, true));
  }

  public synchronized int size() {
    return all.size();
  }

  /** Kills all at once, those included that are just starting: who stops an agent is in a hurry. */
  @Override
  public void close() {
    List<ExecutorProcess> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(all);
      starting.forEach(Thread::interrupt);
    }
    left.forEach(it -> Thread.ofVirtual().name("end-executor").start(() -> end(it)));
    try {
      if (!awaitNone(CLOSE_WITHIN)) {
        LOG.warnf("Executors did not all end within %d s.", CLOSE_WITHIN.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitNone(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!all.isEmpty() || !starting.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }
}
