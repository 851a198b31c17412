package dev.inferlab.agent.session;

import dev.inferlab.agent.attempt.AttemptId;
import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.AgentServiceGrpc;
import dev.inferlab.proto.agent.v1.Goodbye;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.Refuse;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.agent.v1.Welcome;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * One life of the stream, from Hello to its end. One thread sends (in {@link #serve}); gRPC's
 * threads receive, one message after the other.
 */
final class Stream implements ClientResponseObserver<AgentMessage, SchedulerMessage> {
  private static final Logger LOG = Logger.getLogger(Stream.class);
  private static final Duration WELCOME_WITHIN = Duration.ofSeconds(10);

  /** For the scheduler to store a goodbye. */
  private static final Duration GOODBYE_WITHIN = Duration.ofSeconds(3);

  private final WorkDesk desk;
  private final HelloSource self;
  private final Leases leases;
  private final UpdateBuffer updates;
  private ClientCallStreamObserver<AgentMessage> call;
  private Welcome welcome;
  private Refuse refuse;
  private boolean ended;
  private boolean news;
  private long nextBeat = System.nanoTime();
  private String goodbye;
  private Throwable failure;

  Stream(WorkDesk desk, HelloSource self, Leases leases, UpdateBuffer updates) {
    this.desk = desk;
    this.self = self;
    this.leases = leases;
    this.updates = updates;
  }

  /** Why a stream ended. */
  record End(boolean welcomed, Optional<Refuse> refused, Optional<Throwable> failure) {}

  /** Runs the stream to its end. */
  End serve(Channel channel) throws InterruptedException {
    AgentServiceGrpc.newStub(channel).connect(this);
    try {
      Set<AttemptId> live = desk.live();
      leases.helloSent();
      updates.rewind();
      Hello hello = self.hello().toBuilder().addAllLive(live(live)).build();
      call.onNext(AgentMessage.newBuilder().setHello(hello).build());
      if (awaitWelcome()) {
        send();
      }
    } finally {
      if (!hasEnded()) {
        call.cancel("stream given up", null);
      }
    }
    synchronized (this) {
      return new End(welcome != null, Optional.ofNullable(refuse), Optional.ofNullable(failure));
    }
  }

  private synchronized boolean awaitWelcome() throws InterruptedException {
    long end = System.nanoTime() + WELCOME_WITHIN.toNanos();
    while (welcome == null && refuse == null && !ended) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        LOG.warn("The scheduler accepted the connection but did not answer Hello; trying again.");
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return welcome != null;
  }

  private void send() throws InterruptedException {
    Duration interval = interval();
    while (awaitWork()) {
      if (takeBeat(interval)) {
        if (leases.silence().compareTo(leases.leaseTime().dividedBy(2)) > 0) {
          LOG.warnf(
              "No answer from the scheduler for %d ms; connecting anew.",
              leases.silence().toMillis());
          return;
        }
        heartbeat();
      }
      sendUpdates();
    }
    sendGoodbye();
  }

  private Duration interval() {
    var seconds = welcome.getHeartbeatInterval();
    Duration interval = Duration.ofSeconds(seconds.getSeconds(), seconds.getNanos());
    return interval.isPositive() ? interval : Duration.ofSeconds(2);
  }

  /** Whether a heartbeat is due; then the next one is due after the interval. */
  private synchronized boolean takeBeat(Duration interval) {
    long now = System.nanoTime();
    boolean due = now - nextBeat >= 0;
    if (due) {
      nextBeat = now + interval.toNanos();
    }
    return due;
  }

  private void heartbeat() {
    boolean stopping = desk.stopping();
    Set<AttemptId> live = desk.live();
    long sequence = leases.heartbeat(live);
    call.onNext(
        AgentMessage.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder()
                    .setSequence(sequence)
                    .addAllLive(live(live))
                    .setResources(self.resources())
                    .setStopping(stopping))
            .build());
  }

  private void sendUpdates() {
    while (call.isReady()) {
      Optional<Updates> batch = updates.nextBatch();
      if (batch.isEmpty()) {
        return;
      }
      call.onNext(AgentMessage.newBuilder().setUpdates(batch.get()).build());
    }
  }

  /** False once the stream has ended or goodbye is due. */
  private synchronized boolean awaitWork() throws InterruptedException {
    while (!ended && refuse == null && goodbye == null && !news) {
      long left = nextBeat - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      wait(left / 1_000_000 + 1);
    }
    news = false;
    return !ended && refuse == null && goodbye == null;
  }

  private void sendGoodbye() throws InterruptedException {
    if (goodbyeIsDue()) {
      // First all results, whether gRPC has room for them or not: the buffer is bounded, and the
      // scheduler gives to others what was not reported before a goodbye.
      for (Optional<Updates> batch = updates.nextBatch();
          batch.isPresent();
          batch = updates.nextBatch()) {
        call.onNext(AgentMessage.newBuilder().setUpdates(batch.get()).build());
      }
      call.onNext(
          AgentMessage.newBuilder().setGoodbye(Goodbye.newBuilder().setReason(goodbye)).build());
      call.onCompleted();
      awaitEnd(GOODBYE_WITHIN);
    }
  }

  private synchronized boolean goodbyeIsDue() {
    return goodbye != null && !ended;
  }

  private synchronized void awaitEnd(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toNanos(); !ended && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
  }

  /** There is something to send. */
  synchronized void wake() {
    news = true;
    notifyAll();
  }

  /** A heartbeat has something to say. */
  synchronized void beat() {
    nextBeat = System.nanoTime();
    notifyAll();
  }

  synchronized void goodbye(String reason) {
    goodbye = reason;
    notifyAll();
  }

  synchronized boolean isWelcome() {
    return welcome != null && !ended;
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private static List<LiveJob> live(Set<AttemptId> attempts) {
    return attempts.stream().map(AttemptId::toLive).toList();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<AgentMessage> stream) {
    call = stream;
    stream.setOnReadyHandler(this::wake);
  }

  @Override
  public void onNext(SchedulerMessage message) {
    switch (message.getMessageCase()) {
      case WELCOME -> welcomed(message.getWelcome());
      case REFUSE -> refused(message.getRefuse());
      case ASSIGN -> message.getAssign().getAssignmentsList().forEach(desk::assigned);
      case HEARTBEAT_ACK -> {
        // The lost first: an attempt that waits for this answer must not begin.
        lost(message.getHeartbeatAck().getLostList());
        leases.acknowledged(message.getHeartbeatAck().getSequence());
      }
      case UPDATES_ACK -> {
        updates.acknowledged(message.getUpdatesAck().getSequence());
        lost(message.getUpdatesAck().getStaleList());
      }
      case STOP_JOB ->
          desk.cancelled(
              new AttemptId(message.getStopJob().getJobId(), message.getStopJob().getAttempt()),
              message.getStopJob().getReason());
      case DRAIN ->
          LOG.info(
              message.getDrain().getUndrain()
                  ? "The lab uses this target again."
                  : "The lab drains this target: nothing new will come.");
      case MESSAGE_NOT_SET -> LOG.debug("A message of a newer scheduler was ignored.");
    }
  }

  private void lost(List<LiveJob> attempts) {
    if (!attempts.isEmpty()) {
      desk.lost(attempts.stream().map(AttemptId::of).toList());
    }
  }

  private void welcomed(Welcome message) {
    leases.welcomed(
        Duration.ofSeconds(message.getLeaseTime().getSeconds(), message.getLeaseTime().getNanos()));
    lost(message.getLostList());
    synchronized (this) {
      welcome = message;
      notifyAll();
    }
    LOG.infof("Connected to the scheduler (version %s).", message.getSchedulerVersion());
  }

  private synchronized void refused(Refuse message) {
    refuse = message;
    notifyAll();
  }

  @Override
  public synchronized void onError(Throwable error) {
    failure = error;
    ended = true;
    notifyAll();
  }

  @Override
  public synchronized void onCompleted() {
    ended = true;
    notifyAll();
  }
}
