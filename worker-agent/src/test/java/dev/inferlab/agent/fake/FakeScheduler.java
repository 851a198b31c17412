package dev.inferlab.agent.fake;

import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.AgentServiceGrpc;
import dev.inferlab.proto.agent.v1.Assign;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.HeartbeatAck;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.Refuse;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.agent.v1.UpdatesAck;
import dev.inferlab.proto.agent.v1.Welcome;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A scheduler for tests: keeps what it is told and does what the test says. */
public final class FakeScheduler extends AgentServiceGrpc.AgentServiceImplBase
    implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  public final FakeStore store = new FakeStore();
  private Server server;
  private int port;
  private final List<Hello> hellos = new ArrayList<>();
  private final List<Heartbeat> heartbeats = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();
  private final List<Updates> batches = new ArrayList<>();
  private final Set<LiveJob> revoked = new HashSet<>();
  private StreamObserver<SchedulerMessage> agent;
  private Runnable onGoodbye = () -> {};
  private boolean goodbye;
  private boolean silent;
  private boolean refusing;
  private boolean acknowledging = true;
  private Duration interval = Duration.ofMillis(200);
  private Duration lease = Duration.ofSeconds(8);

  public FakeScheduler() throws IOException {
    start(0);
  }

  private void start(int onPort) throws IOException {
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort))
            .addService(this)
            .addService(store)
            .build()
            .start();
    port = server.getPort();
  }

  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  /** Ends every connection; {@link #comeBack} listens again on the same port. */
  public void goAway() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  public void comeBack() throws IOException {
    start(port);
  }

  public synchronized FakeScheduler cadence(Duration heartbeat, Duration leaseTime) {
    interval = heartbeat;
    lease = leaseTime;
    return this;
  }

  /** Takes everything and answers nothing. */
  public synchronized void silent(boolean on) {
    silent = on;
  }

  /** Looks at something in the moment of the goodbye. */
  public synchronized void onGoodbye(Runnable look) {
    onGoodbye = look;
  }

  /** Sends every agent away for good. */
  public synchronized void refusing(boolean on) {
    refusing = on;
  }

  /** Whether updates are acknowledged. */
  public synchronized void acknowledging(boolean on) {
    acknowledging = on;
  }

  /** From now on this attempt belongs to nobody; updates for it are stale. */
  public synchronized void revoke(LiveJob job) {
    revoked.add(job);
  }

  public synchronized void assign(Assignment... assignments) {
    send(
        SchedulerMessage.newBuilder()
            .setAssign(Assign.newBuilder().addAllAssignments(List.of(assignments)))
            .build());
  }

  public synchronized void send(SchedulerMessage message) {
    agent.onNext(message);
  }

  @Override
  public StreamObserver<AgentMessage> connect(StreamObserver<SchedulerMessage> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(AgentMessage message) {
        synchronized (FakeScheduler.this) {
          handle(message, answers);
          FakeScheduler.this.notifyAll();
        }
      }

      @Override
      public void onError(Throwable error) {
        ended(answers);
      }

      @Override
      public void onCompleted() {
        ended(answers);
        answers.onCompleted();
      }
    };
  }

  private synchronized void ended(StreamObserver<SchedulerMessage> answers) {
    if (agent == answers) {
      agent = null;
    }
    notifyAll();
  }

  private void handle(AgentMessage message, StreamObserver<SchedulerMessage> answers) {
    switch (message.getMessageCase()) {
      case HELLO -> {
        hellos.add(message.getHello());
        agent = answers;
        if (refusing) {
          answers.onNext(
              SchedulerMessage.newBuilder()
                  .setRefuse(
                      Refuse.newBuilder()
                          .setCode("AGENT_PROTOCOL_UNSUPPORTED")
                          .setDetail("Update the agent."))
                  .build());
        } else if (!silent) {
          answers.onNext(
              SchedulerMessage.newBuilder()
                  .setWelcome(
                      Welcome.newBuilder()
                          .setHeartbeatInterval(Jobs.duration(interval))
                          .setLeaseTime(Jobs.duration(lease))
                          .setSchedulerVersion("test")
                          .addAllLost(lost(message.getHello().getLiveList())))
                  .build());
        }
      }
      case HEARTBEAT -> {
        heartbeats.add(message.getHeartbeat());
        if (!silent) {
          answers.onNext(
              SchedulerMessage.newBuilder()
                  .setHeartbeatAck(
                      HeartbeatAck.newBuilder()
                          .setSequence(message.getHeartbeat().getSequence())
                          .addAllLost(lost(message.getHeartbeat().getLiveList())))
                  .build());
        }
      }
      case UPDATES -> {
        Updates batch = message.getUpdates();
        batches.add(batch);
        UpdatesAck.Builder ack =
            UpdatesAck.newBuilder().setSequence(batch.getSequence() + batch.getUpdatesCount() - 1);
        for (Update update : batch.getUpdatesList()) {
          LiveJob job =
              LiveJob.newBuilder()
                  .setJobId(update.getJobId())
                  .setAttempt(update.getAttempt())
                  .build();
          if (revoked.contains(job)) {
            ack.addStale(job);
          } else {
            updates.add(update);
          }
        }
        if (!silent && acknowledging) {
          answers.onNext(SchedulerMessage.newBuilder().setUpdatesAck(ack).build());
        }
      }
      case GOODBYE -> {
        onGoodbye.run();
        goodbye = true;
      }
      case MESSAGE_NOT_SET -> throw new IllegalStateException("an empty message");
    }
  }

  private List<LiveJob> lost(List<LiveJob> live) {
    return live.stream().filter(revoked::contains).toList();
  }

  /** Waits until an agent is connected, and answers its last Hello. */
  public Hello awaitHello(int count) {
    await(() -> hellos.size() >= count && agent != null, "Hello number " + count);
    synchronized (this) {
      return hellos.getLast();
    }
  }

  /** Waits for the attempt's end and answers it. */
  public Update awaitEnd(String jobId) {
    return awaitUpdate(
        jobId, u -> u.hasSucceeded() || u.hasFailed() || u.hasHandedBack() || u.hasStopped());
  }

  public Update awaitUpdate(String jobId, Function<Update, Boolean> which) {
    await(() -> find(jobId, which).isPresent(), "an update of job " + jobId);
    synchronized (this) {
      return find(jobId, which).orElseThrow();
    }
  }

  private Optional<Update> find(String jobId, Function<Update, Boolean> which) {
    return updates.stream().filter(u -> u.getJobId().equals(jobId) && which.apply(u)).findFirst();
  }

  public void awaitGoodbye() {
    await(() -> goodbye, "goodbye");
  }

  public synchronized List<Hello> hellos() {
    return List.copyOf(hellos);
  }

  public synchronized List<Update> updates() {
    return List.copyOf(updates);
  }

  public synchronized List<Updates> batches() {
    return List.copyOf(batches);
  }

  public synchronized List<Heartbeat> heartbeats() {
    return List.copyOf(heartbeats);
  }

  /** Waits for more messages until the condition holds. */
  public synchronized void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("waited in vain for " + what + "; updates: " + updates);
      }
      try {
        wait(Math.min(left, 50));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
