package dev.inferlab.agent.process;

import dev.inferlab.agent.config.ExecutorConfig;
import dev.inferlab.agent.executor.Wire;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.executor.v1.Discover;
import dev.inferlab.proto.executor.v1.Discovered;
import dev.inferlab.proto.executor.v1.FromExecutor;
import dev.inferlab.proto.executor.v1.Part;
import dev.inferlab.proto.executor.v1.PartStored;
import dev.inferlab.proto.executor.v1.Ping;
import dev.inferlab.proto.executor.v1.Run;
import dev.inferlab.proto.executor.v1.ToExecutor;
import dev.inferlab.proto.job.v1.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * A running executor, seen from the agent. Used by one attempt at a time; the thread that runs the
 * attempt also watches its limits, so an idle agent does nothing at all.
 */
public final class ExecutorProcess {
  private static final Logger LOG = Logger.getLogger(ExecutorProcess.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int HEAP_EXHAUSTED = 3; // the exit code of -XX:+ExitOnOutOfMemoryError
  private static final int INBOX_BYTES = 16 << 20;

  private final Process process;
  private final Wire wire;
  private final ExecutorFolder folder;
  private final ExecutorConfig config;
  private final BoundedLog log;
  private final String device;
  private final MemoryBudget budget;
  private final AtomicLong printed = new AtomicLong();
  private final Inbox inbox = new Inbox(INBOX_BYTES);
  private volatile long heardAt = System.nanoTime();
  private volatile boolean unreadable;
  private long pingedAt = System.nanoTime();
  private long residentWhenNew;

  ExecutorProcess(
      Process process,
      Wire wire,
      ExecutorFolder folder,
      ExecutorConfig config,
      BoundedLog log,
      String device,
      MemoryBudget budget) {
    this.process = process;
    this.wire = wire;
    this.folder = folder;
    this.config = config;
    this.log = log;
    this.device = device;
    this.budget = budget;
    this.residentWhenNew = ProcFs.residentBytes(process.pid());
    Thread.ofPlatform().daemon().name("executor-output-" + process.pid()).start(this::pump);
    Thread.ofPlatform().daemon().name("executor-socket-" + process.pid()).start(this::receive);
  }

  public long pid() {
    return process.pid();
  }

  public String device() {
    return device;
  }

  public ExecutorFolder folder() {
    return folder;
  }

  boolean alive() {
    return process.isAlive() && !unreadable;
  }

  /** What came of looking for devices. */
  sealed interface Looked {
    record Found(Discovered discovered) implements Looked {}

    /**
     * @param at the kind of devices whose driver was asked when it ended; empty: none yet
     */
    record Failed(String at, Problem problem) implements Looked {}
  }

  /** Asks for devices, but for these kinds, and for job kinds. */
  Looked discover(Set<String> except, Duration timeout) throws InterruptedException {
    String at = "";
    try {
      wire.send(
          ToExecutor.newBuilder().setDiscover(Discover.newBuilder().addAllExcept(except)).build());
    } catch (IOException e) {
      return new Looked.Failed(at, death().problem());
    }
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      FromExecutor answer = inbox.poll(end - System.nanoTime());
      if (answer == null) {
        return new Looked.Failed(
            at,
            Failure.EXECUTOR_HUNG.problem(
                "It did not answer within %d s.".formatted(timeout.toSeconds())));
      }
      switch (answer.getMessageCase()) {
        case LOOKING_AT -> at = answer.getLookingAt().getKind();
        case DISCOVERED -> {
          return new Looked.Found(answer.getDiscovered());
        }
        case FAILED -> {
          return new Looked.Failed(at, answer.getFailed());
        }
        default -> {
          return new Looked.Failed(at, death().problem());
        }
      }
    }
  }

  /**
   * Runs one attempt to its end. When interrupted the attempt still runs: the caller kills the
   * executor.
   */
  public Ended run(Run run, Limits limits, RunListener listener)
      throws InterruptedException, JobFailedException {
    budget.enter(process.pid());
    try {
      return watched(run, limits, listener);
    } finally {
      budget.leave(process.pid());
    }
  }

  private Ended watched(Run run, Limits limits, RunListener listener)
      throws InterruptedException, JobFailedException {
    long start = System.nanoTime();
    printed.set(0);
    heardAt = start;
    try {
      wire.send(ToExecutor.newBuilder().setRun(run).build());
    } catch (IOException e) {
      return death();
    }
    long nextLook = start + LOOK.toNanos();
    while (true) {
      long wait = nextLook - System.nanoTime();
      if (wait <= 0) {
        Optional<Ended.Died> broken = look(limits, start);
        if (broken.isPresent()) {
          return broken.get();
        }
        nextLook = System.nanoTime() + LOOK.toNanos();
        continue;
      }
      FromExecutor message = inbox.poll(wait);
      if (message != null) {
        switch (message.getMessageCase()) {
          case PROGRESS -> listener.progress(message.getProgress());
          case PART -> {
            Optional<Ended.Died> broken = store(message.getPart(), listener, limits, start);
            if (broken.isPresent()) {
              return broken.get();
            }
            tell(PartStored.newBuilder().setKey(message.getPart().getPart().getKey()).build());
          }
          case FINISHED -> {
            return new Ended.Well(message.getFinished());
          }
          case FAILED -> {
            return new Ended.Failed(message.getFailed());
          }
          case MESSAGE_NOT_SET -> {
            return death(); // the mark that the socket has closed
          }
          default -> LOG.debug("An unexpected message of an executor was ignored.");
        }
      }
    }
  }

  /**
   * The store may be slow, or away: the part goes there on a thread of its own, so that the limits
   * hold meanwhile. What else the executor says waits, in order. Nothing of it is left when this
   * returns.
   */
  private Optional<Ended.Died> store(Part part, RunListener listener, Limits limits, long start)
      throws JobFailedException, InterruptedException {
    FutureTask<Void> storing =
        new FutureTask<>(
            () -> {
              listener.part(part);
              return null;
            });
    Thread thread = Thread.ofVirtual().name("part").start(storing);
    try {
      while (true) {
        try {
          storing.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
          return Optional.empty();
        } catch (TimeoutException e) {
          Optional<Ended.Died> broken =
              process.isAlive() ? look(limits, start) : Optional.of(death());
          if (broken.isPresent()) {
            return broken;
          }
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case JobFailedException failed -> throw failed;
        case InterruptedException interrupted -> throw interrupted;
        default -> throw new IllegalStateException("A part could not be passed on.", e.getCause());
      }
    } finally {
      thread.interrupt();
      joined(thread);
    }
  }

  private static void joined(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(PartStored stored) {
    try {
      wire.send(ToExecutor.newBuilder().setPartStored(stored).build());
    } catch (IOException e) {
      LOG.debug("The executor closed its socket", e); // the reader sees it too and ends the run
    }
  }

  private Optional<Ended.Died> look(Limits limits, long start) {
    long now = System.nanoTime();
    if (limits.time().isPositive() && now - start > limits.time().toNanos()) {
      return killed(
          Failure.JOB_TIME_LIMIT.problem(
              "The job ran longer than its limit of "
                  + limits.time().toSeconds()
                  + " s and was stopped. Ask for less, or for a longer limit."),
          "time_limit");
    }
    long resident = ProcFs.residentBytes(process.pid());
    if (resident > limits.memoryBytes()) {
      return killed(memoryProblem(limits.memoryBytes()), "memory");
    }
    if (budget.exceededMostBy(process.pid())) {
      return killed(
          Failure.JOB_MEMORY_LIMIT.problem(
              "The target's jobs together used more than the %d MiB of memory that they may; this one used the most and was stopped. Use a smaller model or batch, or a target with more memory."
                  .formatted(budget.bytes() >> 20)),
          "memory");
    }
    if (printed.get() > limits.outputBytes()) {
      return killed(
          Failure.EXECUTOR_OUTPUT_LIMIT.problem(
              "The job printed more than %d MiB and was stopped."
                  .formatted(limits.outputBytes() >> 20)),
          "output");
    }
    if (now - heardAt > config.hangTimeout().toNanos()) {
      return killed(
          Failure.EXECUTOR_HUNG.problem(
              "The executor did not answer for "
                  + config.hangTimeout().toSeconds()
                  + " s and was stopped."),
          "hung");
    }
    if (now - pingedAt > config.hangTimeout().toNanos() / 4) {
      pingedAt = now;
      try {
        wire.send(ToExecutor.newBuilder().setPing(Ping.newBuilder().setSequence(now)).build());
      } catch (IOException e) {
        LOG.debug("The executor closed its socket", e);
      }
    }
    return Optional.empty();
  }

  private static Problem memoryProblem(long limitBytes) {
    return Failure.JOB_MEMORY_LIMIT.problem(
        "The job used more than the %d MiB of memory that it may and was stopped. Use a smaller model or batch, fewer streams, or a target with more memory."
            .formatted(limitBytes >> 20));
  }

  private Optional<Ended.Died> killed(Problem problem, String reason) {
    kill();
    return Optional.of(new Ended.Died(problem, reason));
  }

  /** The socket closed by itself: find out what brought the process down. */
  private Ended.Died death() {
    try {
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean exited = !process.isAlive();
    kill();
    int code = exited ? process.exitValue() : -1;
    if (code == HEAP_EXHAUSTED) {
      return new Ended.Died(memoryProblem(config.heapBytes()), "memory");
    }
    Optional<String> report = CrashReport.read(folder.errorFile());
    if (report.equals(Optional.of("out of memory"))) {
      return new Ended.Died(
          Failure.JOB_MEMORY_LIMIT.problem("The target ran out of memory while the job ran."),
          "memory");
    }
    String how;
    if (report.isPresent()) {
      how = "The native runtime crashed (" + report.get() + ").";
    } else if (code == 137) {
      how = "The executor was killed from outside, often because the machine ran out of memory.";
    } else if (code > 128) {
      how = "The executor was ended by signal " + (code - 128) + ".";
    } else {
      how = "The executor ended by itself in the middle of the job (exit code " + code + ").";
    }
    return new Ended.Died(Failure.EXECUTOR_CRASHED.problem(how), "crashed");
  }

  /** Why it must not be used again, if so; to be asked after each attempt. */
  Optional<String> unfitForMore() {
    if (!alive()) {
      return Optional.of("crashed");
    }
    if (ProcFs.hasChildren(process.pid())) {
      return Optional.of("left_children");
    }
    long resident = ProcFs.residentBytes(process.pid());
    if (resident - residentWhenNew > config.leakLimitBytes()) {
      return Optional.of("grown");
    }
    return Optional.empty();
  }

  /** Ends it and everything that it started, and removes its folder. Idempotent. */
  public void kill() {
    boolean interrupted = Thread.interrupted(); // killing must not stop half-way
    try {
      ProcessTree.kill(Optional.of(process.toHandle()), folder.token());
      try {
        wire.close();
      } catch (IOException e) {
        LOG.debug("Closing a dead executor's socket failed", e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void pump() {
    byte[] buffer = new byte[1 << 16];
    try (InputStream output = process.getInputStream()) {
      for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) {
        printed.addAndGet(n);
        log.write(buffer, n);
      }
    } catch (IOException e) {
      LOG.debug("The output of an executor ended", e);
    }
  }

  private void receive() {
    try {
      Optional<FromExecutor> message = wire.receive(FromExecutor.parser());
      while (message.isPresent()) {
        heardAt = System.nanoTime();
        if (!message.get().hasPong()) {
          inbox.put(message.get());
        }
        message = wire.receive(FromExecutor.parser());
      }
    } catch (Wire.MessageTooLargeException e) {
      unreadable = true;
      inbox.end(tooLarge());
      return;
    } catch (IOException e) {
      LOG.debug("The socket of an executor ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inbox.end(FromExecutor.getDefaultInstance());
  }

  private static FromExecutor tooLarge() {
    return FromExecutor.newBuilder()
        .setFailed(
            Failure.JOB_RESULT_INVALID.problem(
                "The job sent a larger message than is accepted. Large things belong in artifacts."))
        .build();
  }
}
