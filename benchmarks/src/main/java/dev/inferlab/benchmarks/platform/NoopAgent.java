package dev.inferlab.benchmarks.platform;

import com.google.protobuf.util.Durations;
import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.AgentServiceGrpc;
import dev.inferlab.proto.agent.v1.Assign;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Goodbye;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.Started;
import dev.inferlab.proto.agent.v1.StopJob;
import dev.inferlab.proto.agent.v1.Stopped;
import dev.inferlab.proto.agent.v1.Succeeded;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.agent.v1.UpdatesAck;
import dev.inferlab.proto.agent.v1.Welcome;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.Resources;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An agent that speaks the real protocol and answers every job at once: what remains is the cost of
 * the platform. It holds its jobs until the scheduler has acknowledged their end, as a real agent
 * does, and reports each as started and succeeded.
 */
final class NoopAgent implements AutoCloseable {

  /** Told of every assignment in the moment in which it arrives. */
  interface Arrivals {
    void arrived(String experimentId, int attempt);
  }

  private record Unacknowledged(long sequence, LiveJob job) {}

  private final String targetId;
  private final Arrivals arrivals;
  private final ManagedChannel channel;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();
  private final AtomicLong stale = new AtomicLong();

  private StreamObserver<AgentMessage> toScheduler;
  private final Deque<Unacknowledged> live = new ArrayDeque<>();
  private long nextUpdate = 1;
  private long heartbeats;
  private boolean closing;

  NoopAgent(String targetId, String host, int port, Arrivals arrivals) {
    this.targetId = targetId;
    this.arrivals = arrivals;
    this.channel =
        NettyChannelBuilder.forAddress(new InetSocketAddress(host, port)).usePlaintext().build();
  }

  String targetId() {
    return targetId;
  }

  /** Assignments that the scheduler took back; in a healthy run there are none. */
  long stale() {
    return stale.get();
  }

  /** Says hello and waits until it is welcome. */
  void connect(String name, int slots, List<String> kinds) throws Exception {
    synchronized (this) {
      toScheduler = AgentServiceGrpc.newStub(channel).connect(new FromScheduler());
      toScheduler.onNext(AgentMessage.newBuilder().setHello(hello(name, slots, kinds)).build());
    }
    Welcome cadence = welcome.get(30, TimeUnit.SECONDS);
    long millis = Durations.toMillis(cadence.getHeartbeatInterval());
    timer.scheduleAtFixedRate(this::heartbeat, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Leaves on purpose. */
  @Override
  public void close() throws InterruptedException {
    timer.shutdownNow();
    synchronized (this) {
      closing = true;
      if (toScheduler != null) {
        toScheduler.onNext(
            AgentMessage.newBuilder()
                .setGoodbye(Goodbye.newBuilder().setReason("benchmark ends"))
                .build());
        toScheduler.onCompleted();
      }
    }
    channel.shutdown();
    if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
      channel.shutdownNow();
    }
  }

  private Hello hello(String name, int slots, List<String> kinds) {
    return Hello.newBuilder()
        .setTargetId(targetId)
        .setName(name)
        .setAgentVersion("0.1.0")
        .setRuntimeVersion("none")
        .addDevices(Device.newBuilder().setId("CPU").setFullName("No-op").setAvailable(true))
        .setResources(Resources.newBuilder().setLogicalCores(1).setOs("bench").setCpu("No-op"))
        .setSlots(slots)
        .addAllJobKinds(kinds)
        .setProtocol(1)
        .build();
  }

  private synchronized void heartbeat() {
    if (closing) {
      return;
    }
    toScheduler.onNext(
        AgentMessage.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder()
                    .setSequence(++heartbeats)
                    .addAllLive(live.stream().map(Unacknowledged::job).distinct().toList()))
            .build());
  }

  private void run(Assign assign) {
    List<Update> updates = new ArrayList<>(2 * assign.getAssignmentsCount());
    for (Assignment assignment : assign.getAssignmentsList()) {
      arrivals.arrived(assignment.getJob().getExperimentId(), assignment.getAttempt());
      Update.Builder update =
          Update.newBuilder()
              .setJobId(assignment.getJob().getJobId())
              .setAttempt(assignment.getAttempt());
      updates.add(update.setStarted(Started.getDefaultInstance()).build());
      updates.add(update.setSucceeded(Succeeded.getDefaultInstance()).build());
    }
    send(updates);
  }

  private void stop(StopJob stop) {
    send(
        List.of(
            Update.newBuilder()
                .setJobId(stop.getJobId())
                .setAttempt(stop.getAttempt())
                .setStopped(Stopped.getDefaultInstance())
                .build()));
  }

  private synchronized void send(List<Update> updates) {
    if (closing || updates.isEmpty()) {
      return;
    }
    long first = nextUpdate;
    for (Update update : updates) {
      live.add(
          new Unacknowledged(
              nextUpdate++,
              LiveJob.newBuilder()
                  .setJobId(update.getJobId())
                  .setAttempt(update.getAttempt())
                  .build()));
    }
    toScheduler.onNext(
        AgentMessage.newBuilder()
            .setUpdates(Updates.newBuilder().setSequence(first).addAllUpdates(updates))
            .build());
  }

  private synchronized void acknowledged(UpdatesAck ack) {
    while (!live.isEmpty() && live.peek().sequence() <= ack.getSequence()) {
      live.poll();
    }
    stale.addAndGet(ack.getStaleCount());
  }

  private final class FromScheduler implements StreamObserver<SchedulerMessage> {
    @Override
    public void onNext(SchedulerMessage message) {
      switch (message.getMessageCase()) {
        case WELCOME -> welcome.complete(message.getWelcome());
        case REFUSE ->
            welcome.completeExceptionally(
                new IllegalStateException("Refused: " + message.getRefuse()));
        case ASSIGN -> run(message.getAssign());
        case UPDATES_ACK -> acknowledged(message.getUpdatesAck());
        case STOP_JOB -> stop(message.getStopJob());
        // A heartbeat may name as lost what has just ended: its update is still to be acknowledged.
        case HEARTBEAT_ACK, DRAIN, MESSAGE_NOT_SET -> {}
      }
    }

    @Override
    public void onError(Throwable error) {
      welcome.completeExceptionally(error);
      synchronized (NoopAgent.this) {
        if (!closing) {
          closing = true;
          System.err.println("A benchmark agent lost its stream: " + error.getMessage());
        }
      }
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("the scheduler ended the stream"));
    }
  }
}
