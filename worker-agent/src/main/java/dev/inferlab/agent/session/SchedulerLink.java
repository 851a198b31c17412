package dev.inferlab.agent.session;

import dev.inferlab.agent.retry.Backoff;
import dev.inferlab.proto.agent.v1.Refuse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps the one stream to the scheduler up: connects, and connects again, until it is closed or
 * sent away for good.
 */
public final class SchedulerLink {
  private static final Logger LOG = Logger.getLogger(SchedulerLink.class);

  private final ManagedChannel channel;
  private final WorkDesk desk;
  private final HelloSource self;
  private final Leases leases;
  private final UpdateBuffer updates;
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(3), new Random());
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Stream stream;
  private boolean outageSaid;

  public SchedulerLink(
      ManagedChannel channel,
      WorkDesk desk,
      HelloSource self,
      Leases leases,
      UpdateBuffer updates) {
    this.channel = channel;
    this.desk = desk;
    this.self = self;
    this.leases = leases;
    this.updates = updates;
  }

  /** Runs until {@link #close}, or answers why the scheduler will not work with this agent. */
  public Optional<Refuse> run() throws InterruptedException {
    while (closing.getCount() > 0) {
      channel.resetConnectBackoff();
      Stream current = new Stream(desk, self, leases, updates);
      stream = current;
      Stream.End end = current.serve(channel);
      stream = null;
      if (end.refused().isPresent()) {
        Refuse refuse = end.refused().get();
        if (refuse.getRetryAfter().getSeconds() == 0 && refuse.getRetryAfter().getNanos() == 0) {
          return end.refused();
        }
        LOG.warnf("Refused by the scheduler (%s): %s", refuse.getCode(), refuse.getDetail());
        closing.await(Math.min(60, refuse.getRetryAfter().getSeconds() + 1), TimeUnit.SECONDS);
        continue;
      }
      if (end.welcomed()) {
        backoff.reset();
        outageSaid = false;
      }
      sayOutage(end);
      backoff.await(closing);
    }
    return Optional.empty();
  }

  private void sayOutage(Stream.End end) {
    if (!outageSaid && closing.getCount() > 0) {
      outageSaid = true;
      LOG.warnf(
          "No connection to the scheduler: %s. Trying again until it is back.",
          end.failure().map(SchedulerLink::reason).orElse("it ended the stream"));
      end.failure().ifPresent(failure -> LOG.debug("Where the connection failed", failure));
    }
  }

  /** One line; a status written as a whole would bring the stack of its cause along. */
  private static String reason(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String description = status.getDescription();
    if (description == null && status.getCause() != null) {
      description = status.getCause().getMessage();
    }
    return description == null
        ? status.getCode().toString()
        : status.getCode() + ", " + description.lines().findFirst().orElse("");
  }

  /** Something waits in the update buffer. */
  public void wake() {
    Stream current = stream;
    if (current != null) {
      current.wake();
    }
  }

  /** Tells at once that this agent {@link WorkDesk#stopping stops}. */
  public void stopping() {
    Stream current = stream;
    if (current != null) {
      current.beat();
    }
  }

  public boolean connected() {
    Stream current = stream;
    return current != null && current.isWelcome();
  }

  /** Lets the stream send what waits, say goodbye and end; {@link #run} returns a little later. */
  public void close(String reason) {
    closing.countDown();
    Stream current = stream;
    if (current != null) {
      current.goodbye(reason);
    }
  }
}
