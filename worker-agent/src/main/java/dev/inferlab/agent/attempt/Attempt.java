package dev.inferlab.agent.attempt;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.observe.Tracing;
import dev.inferlab.agent.session.Leases;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.HandedBack;
import dev.inferlab.proto.agent.v1.Stopped;
import dev.inferlab.proto.agent.v1.Update;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** One attempt on its way through the stages, on a thread of its own. */
final class Attempt {
  private static final Logger LOG = Logger.getLogger(Attempt.class);
  private static final Duration DEVICE_WITHIN = Duration.ofSeconds(5);

  private final AttemptId id;
  private final Assignment assignment;
  private final Stages stages;
  private final Leases leases;
  private Thread worker;
  private StopCause stop;
  private String stopReason = "";
  private boolean stoppable = true;
  private boolean executing;

  Attempt(Assignment assignment, Stages stages, Leases leases) {
    this.id = new AttemptId(assignment.getJob().getJobId(), assignment.getAttempt());
    this.assignment = assignment;
    this.stages = stages;
    this.leases = leases;
  }

  AttemptId id() {
    return id;
  }

  boolean exclusive() {
    return assignment.getJob().getPlacement().getExclusive();
  }

  /** Whether an executor has it already. */
  synchronized boolean executing() {
    return executing;
  }

  /** Whether it is on its way out, unreported. */
  synchronized boolean lost() {
    return stop == StopCause.LOST;
  }

  /**
   * Asks it to end at once; the first cause counts, but a lost lease beats all: then nothing may be
   * reported.
   */
  synchronized void stop(StopCause cause, String reason) {
    if (stop == null && stoppable && worker != null) {
      worker.interrupt();
    }
    if (stop == null || cause == StopCause.LOST) {
      stop = cause;
      stopReason = reason;
    }
  }

  /**
   * Goes through the stages; answers what to report, if anything. Nothing of the attempt is left
   * when it returns.
   */
  Optional<Update> run() {
    synchronized (this) {
      worker = Thread.currentThread();
      if (stop != null) {
        worker.interrupt();
      }
    }
    MDC.put("jobId", id.jobId());
    MDC.put("attempt", id.number());
    MDC.put("device", assignment.getDevice());
    Optional<Update> report;
    try {
      leases.awaitConfirmed(id);
      report = Optional.of(traced());
    } catch (JobFailedException e) {
      LOG.warnf("The attempt failed: %s", e.getMessage());
      LOG.debug("Where it failed", e);
      report = Optional.of(update().setFailed(e.problem()).build());
    } catch (InterruptedException e) {
      report = Optional.empty();
    } catch (Throwable e) { // an Error too: the job would never end, and its device stay taken
      LOG.error("The agent failed to run an attempt", e);
      report = Optional.of(broken());
    }
    Optional<Update> last = settle(report);
    LOG.infof("Attempt ended: %s", last.map(u -> u.getWhatCase().name()).orElse("LOST"));
    MDC.clear();
    return last;
  }

  /** That the agent itself could not run it. */
  Update broken() {
    return update()
        .setFailed(Failure.EXECUTOR_INTERNAL.problem("The target's agent failed to run the job."))
        .build();
  }

  /**
   * An interrupt breaks whatever the thread just does, files and sockets too: a failure after a
   * stop was asked for says nothing of the job.
   */
  private synchronized Optional<Update> settle(Optional<Update> report) {
    stoppable = false;
    Thread.interrupted();
    if (stop == StopCause.LOST) {
      return Optional.empty();
    }
    boolean failedOfTheStop = stop != null && report.isPresent() && report.get().hasFailed();
    if (report.isPresent() && !failedOfTheStop) {
      return report; // it was done before the stop could reach it
    }
    return Optional.of(
        stop == StopCause.CANCELLED
            ? update().setStopped(Stopped.getDefaultInstance()).build()
            : update().setHandedBack(HandedBack.newBuilder().setReason(stopReason)).build());
  }

  private Update traced() throws JobFailedException, InterruptedException {
    Span span =
        stages
            .tracing()
            .start("attempt " + assignment.getJob().getKind(), assignment.getJob().getTraceParent())
            .setAttribute("inferlab.job_id", id.jobId())
            .setAttribute("inferlab.attempt", id.number());
    try (Scope _ = span.makeCurrent()) {
      return stagesInOrder(span);
    } finally {
      span.end();
    }
  }

  private Update stagesInOrder(Span span) throws JobFailedException, InterruptedException {
    try (InputLayout inputs = new InputLayout()) {
      if (assignment.getJob().getInputsCount() > 0) {
        fetch(inputs);
      }
      String device = assignment.getDevice();
      if (!stages.devices().enter(device, exclusive(), DEVICE_WITHIN)) {
        return update()
            .setHandedBack(HandedBack.newBuilder().setReason("the device is still in use"))
            .build();
      }
      try {
        synchronized (this) {
          executing = true;
        }
        String traceParent = Tracing.traceParent(span, assignment.getJob().getTraceParent());
        return new Execution(stages, id, assignment, traceParent).run(inputs);
      } finally {
        stages.devices().leave(device);
      }
    }
  }

  private void fetch(InputLayout inputs) throws JobFailedException, InterruptedException {
    Span span = stages.tracing().start("fetch inputs");
    stages.fetching().acquire();
    try {
      inputs.fetch(assignment.getJob().getInputsList(), stages.transfer());
    } finally {
      stages.fetching().release();
      span.end();
    }
  }

  private Update.Builder update() {
    return Update.newBuilder().setJobId(id.jobId()).setAttempt(id.number());
  }
}
