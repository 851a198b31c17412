package dev.inferlab.scheduler.lab;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.AgentServiceGrpc;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Goodbye;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.Refuse;
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
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * An agent that does what the test says, over a real stream. By default it runs every job at once.
 */
public final class FakeAgent implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;
  private static final long STOPPING = Long.MAX_VALUE;

  /** What an agent says of itself. */
  public static Hello.Builder hello(UUID id, String name, int slots, String... kinds) {
    return Hello.newBuilder()
        .setTargetId(id.toString())
        .setName(name)
        .setAgentVersion("1.0-test")
        .setRuntimeVersion("none")
        .addDevices(Device.newBuilder().setId("CPU").setFullName("A test CPU").setAvailable(true))
        .setSlots(slots)
        .addAllJobKinds(List.of(kinds))
        .setProtocol(1);
  }

  private final String host;
  private final int port;
  private final Hello.Builder hello;
  private final BiConsumer<FakeAgent, Assignment> onAssigned;
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(daemon());
  private final BlockingQueue<Assignment> assignments = new LinkedBlockingQueue<>();
  private final BlockingQueue<StopJob> stops = new LinkedBlockingQueue<>();
  private final BlockingQueue<UpdatesAck> acks = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> stoppingHeard = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> drains = new LinkedBlockingQueue<>();
  private final List<Assignment> received = new CopyOnWriteArrayList<>();
  private final Set<LiveJob> live = ConcurrentHashMap.newKeySet();
  private final Set<LiveJob> lost = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Object> firstAnswer = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();
  private final List<Refuse> refusals = new CopyOnWriteArrayList<>();
  private ManagedChannel channel;
  private StreamObserver<AgentMessage> out;
  private long heartbeats;
  private long sequence = 1;
  private volatile boolean silent;

  private FakeAgent(
      String host, int port, Hello.Builder hello, BiConsumer<FakeAgent, Assignment> onAssigned) {
    this.host = host;
    this.port = port;
    this.hello = hello;
    this.onAssigned = onAssigned;
  }

  /** Runs every job at once, with its id as the result. */
  public static FakeAgent eager(int port, Hello.Builder hello) {
    return new FakeAgent("127.0.0.1", port, hello, FakeAgent::runAtOnce).connect();
  }

  /** Takes jobs and waits for the test to say what becomes of them. */
  public static FakeAgent patient(int port, Hello.Builder hello) {
    return new FakeAgent("127.0.0.1", port, hello, (agent, it) -> agent.assignments.add(it))
        .connect();
  }

  /** Does something else with each assignment. */
  public static FakeAgent with(
      int port, Hello.Builder hello, BiConsumer<FakeAgent, Assignment> onAssigned) {
    return new FakeAgent("127.0.0.1", port, hello, onAssigned).connect();
  }

  private static java.util.concurrent.ThreadFactory daemon() {
    return Thread.ofPlatform().daemon().name("fake-agent-", 0).factory();
  }

  /** Opens the stream (again) and says Hello. */
  public FakeAgent connect() {
    channel = ManagedChannelBuilder.forAddress(host, port).usePlaintext().build();
    out = AgentServiceGrpc.newStub(channel).connect(new Inbound());
    send(AgentMessage.newBuilder().setHello(hello.clone().addAllLive(live)).build());
    return this;
  }

  /** Waits for the Welcome and begins to send heartbeats. */
  @SuppressWarnings("FutureReturnValueIgnored") // it beats until the executor is shut down
  public FakeAgent welcomed() {
    Object answer = await(firstAnswer, "an answer to Hello");
    if (!(answer instanceof Welcome welcome)) {
      throw new AssertionError("no Welcome but " + answer);
    }
    long millis =
        welcome.getHeartbeatInterval().getSeconds() * 1_000
            + welcome.getHeartbeatInterval().getNanos() / 1_000_000;
    heart.scheduleAtFixedRate(this::beat, millis, millis, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Waits for the refusal. */
  public Refuse refused() {
    Object answer = await(firstAnswer, "an answer to Hello");
    if (!(answer instanceof Refuse refuse)) {
      throw new AssertionError("no Refuse but " + answer);
    }
    return refuse;
  }

  /** As if the network were gone: nothing is sent, the stream stays open. */
  public void fallSilent() {
    silent = true;
  }

  /** Speaks again. */
  public void speak() {
    silent = false;
  }

  /** Breaks the stream without a word. */
  public void cut() {
    channel.shutdownNow();
  }

  private void beat() {
    if (!silent) {
      send(
          AgentMessage.newBuilder()
              .setHeartbeat(Heartbeat.newBuilder().setSequence(++heartbeats).addAllLive(live))
              .build());
    }
  }

  private synchronized void send(AgentMessage message) {
    try {
      out.onNext(message);
    } catch (IllegalStateException e) {
      // The stream is over; the test looks at its ending if it wants to.
    }
  }

  /** Sends anything. */
  public void sendRaw(AgentMessage message) {
    send(message);
  }

  // ------------------------------------------------------------------------------ what it does

  private static void runAtOnce(FakeAgent agent, Assignment assignment) {
    agent.started(assignment);
    agent.succeeded(assignment, assignment.getJob().getJobId());
  }

  public void started(Assignment job) {
    update(job, update -> update.setStarted(Started.getDefaultInstance()));
  }

  public void succeeded(Assignment job, String result) {
    live.remove(live(job));
    update(
        job,
        update ->
            update.setSucceeded(Succeeded.newBuilder().setResult(ByteString.copyFromUtf8(result))));
  }

  public void failed(Assignment job, ErrorClass errorClass, String detail) {
    failed(
        job,
        Problem.newBuilder()
            .setErrorClass(errorClass)
            .setCode("EXECUTOR_CRASHED")
            .setDetail(detail)
            .build());
  }

  public void failed(Assignment job, Problem problem) {
    live.remove(live(job));
    update(job, update -> update.setFailed(problem));
  }

  public void handedBack(Assignment job) {
    live.remove(live(job));
    update(job, update -> update.getHandedBackBuilder().setReason("no free slot"));
  }

  public void stopped(Assignment job) {
    live.remove(live(job));
    update(job, update -> update.setStopped(Stopped.getDefaultInstance()));
  }

  public void progress(Assignment job, double fraction) {
    update(job, update -> update.setProgress(Progress.newBuilder().setFraction(fraction)));
  }

  public void part(Assignment job, String key, String payload) {
    ResultPart part =
        ResultPart.newBuilder().setKey(key).setPayload(ByteString.copyFromUtf8(payload)).build();
    update(job, update -> update.setPart(part));
  }

  /** Forgets the job as a crash would. */
  public void forget(Assignment job) {
    live.remove(live(job));
  }

  private synchronized void update(
      Assignment job, java.util.function.Consumer<Update.Builder> what) {
    Update.Builder update =
        Update.newBuilder().setJobId(job.getJob().getJobId()).setAttempt(job.getAttempt());
    what.accept(update);
    send(
        AgentMessage.newBuilder()
            .setUpdates(Updates.newBuilder().setSequence(sequence++).addUpdates(update))
            .build());
  }

  /** Says so and that nothing more comes, as agents do. */
  public synchronized void goodbye() {
    try {
      out.onNext(AgentMessage.newBuilder().setGoodbye(Goodbye.getDefaultInstance()).build());
      out.onCompleted();
    } catch (IllegalStateException e) {
      // The stream is over; the test looks at its ending if it wants to.
    }
  }

  /** Asks for nothing more; returns when the scheduler has heard it. */
  public void stopping() {
    send(
        AgentMessage.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder().setSequence(STOPPING).addAllLive(live).setStopping(true))
            .build());
    await(stoppingHeard, "an acknowledgement that the agent stops");
  }

  // ------------------------------------------------------------------------------ what it got

  public Assignment assigned() {
    return await(assignments, "an assignment");
  }

  public boolean hasAssignment() {
    return !assignments.isEmpty();
  }

  public StopJob toldToStop() {
    return await(stops, "a stop");
  }

  public UpdatesAck acknowledged() {
    return await(acks, "an acknowledgement");
  }

  /** True for a drain, false for an undrain. */
  public boolean drainedOrNot() {
    return await(drains, "a drain");
  }

  public String ended() {
    return await(endings, "the stream's end");
  }

  public boolean hasEnded() {
    return !endings.isEmpty();
  }

  public List<Assignment> received() {
    return received;
  }

  public Set<LiveJob> lost() {
    return lost;
  }

  public List<Refuse> refusals() {
    return refusals;
  }

  public int running() {
    return live.size();
  }

  private static <T> T await(BlockingQueue<T> queue, String what) {
    try {
      T got = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (got == null) {
        throw new AssertionError("%s did not come within %d s".formatted(what, PATIENCE_SECONDS));
      }
      return got;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LiveJob live(Assignment job) {
    return LiveJob.newBuilder()
        .setJobId(job.getJob().getJobId())
        .setAttempt(job.getAttempt())
        .build();
  }

  @Override
  public void close() {
    heart.shutdownNow();
    channel.shutdownNow();
  }

  private final class Inbound implements StreamObserver<SchedulerMessage> {

    @Override
    public void onNext(SchedulerMessage message) {
      switch (message.getMessageCase()) {
        case WELCOME -> {
          stop(message.getWelcome().getLostList());
          firstAnswer.add(message.getWelcome());
        }
        case REFUSE -> {
          refusals.add(message.getRefuse());
          firstAnswer.add(message.getRefuse());
        }
        case ASSIGN -> message.getAssign().getAssignmentsList().forEach(this::assigned);
        case HEARTBEAT_ACK -> {
          stop(message.getHeartbeatAck().getLostList());
          if (message.getHeartbeatAck().getSequence() == STOPPING) {
            stoppingHeard.add(true);
          }
        }
        case UPDATES_ACK -> acks.add(message.getUpdatesAck());
        case STOP_JOB -> stops.add(message.getStopJob());
        case DRAIN -> drains.add(!message.getDrain().getUndrain());
        case MESSAGE_NOT_SET -> throw new AssertionError("an empty message");
      }
    }

    private void assigned(Assignment assignment) {
      received.add(assignment);
      live.add(live(assignment));
      onAssigned.accept(FakeAgent.this, assignment);
    }

    private void stop(List<LiveJob> jobs) {
      lost.addAll(jobs);
      live.removeAll(Set.copyOf(jobs));
    }

    @Override
    public void onError(Throwable failure) {
      endings.add(String.valueOf(failure.getMessage()));
    }

    @Override
    public void onCompleted() {
      endings.add("completed");
    }
  }

  /** How often each job was given to these agents. */
  public static Map<String, Integer> executions(List<FakeAgent> agents) {
    Map<String, Integer> executions = new java.util.TreeMap<>();
    for (FakeAgent agent : new ArrayList<>(agents)) {
      agent.received.forEach(it -> executions.merge(it.getJob().getJobId(), 1, Integer::sum));
    }
    return executions;
  }
}
