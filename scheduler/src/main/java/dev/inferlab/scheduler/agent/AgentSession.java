package dev.inferlab.scheduler.agent;

import com.google.protobuf.Duration;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.agent.v1.Assign;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Drain;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.Refuse;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.StopJob;
import dev.inferlab.proto.agent.v1.Welcome;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.recording.ProgressPace;
import dev.inferlab.scheduler.target.Targets;
import io.grpc.stub.ServerCallStreamObserver;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * One agent's stream, from Hello to its end. At most {@link #WINDOW} of its messages are in work,
 * and none is read while it does not take our answers, so an agent can hurry nobody but itself.
 */
public final class AgentSession {

  private static final Logger LOG = Logger.getLogger(AgentSession.class);
  private static final int WINDOW = 16;
  private static final int MESSAGE_BYTES = 1024 * 1024;
  private static final int TAKEN_OVER_PAUSE_SECONDS = 30;

  private final ServerCallStreamObserver<SchedulerMessage> agent;
  private final Vertx vertx;
  private final SchedulerConfig config;
  private final Allowance allowance;
  private final ProgressPace pace;
  private final Set<LiveJob> toldToStop = new HashSet<>();
  private Hello hello;
  private UUID targetId;
  private long epoch;
  private boolean drainTold;
  private boolean departed;
  private boolean closed;
  private int owed;
  private long heardAt = System.nanoTime();

  AgentSession(
      ServerCallStreamObserver<SchedulerMessage> agent, Vertx vertx, SchedulerConfig config) {
    this.agent = agent;
    this.vertx = vertx;
    this.config = config;
    this.allowance = new Allowance(config.updatesPerSecond(), System.nanoTime());
    this.pace = new ProgressPace(config.progressInterval());
  }

  // ------------------------------------------------------------------------------ reading

  synchronized void heard() {
    heardAt = System.nanoTime();
  }

  public synchronized java.time.Duration silence() {
    return java.time.Duration.ofNanos(System.nanoTime() - heardAt);
  }

  /** A message was dealt with; the next one is read when the agent may and does listen. */
  public synchronized void dealtWith(int cost) {
    java.time.Duration pause = allowance.spend(Math.max(1, cost), System.nanoTime());
    if (pause.isZero()) {
      readOneMore();
    } else {
      vertx.setTimer(Math.max(1, pause.toMillis()), _ -> readOneMore());
    }
  }

  private synchronized void readOneMore() {
    owed++;
    readWhatIsOwed();
  }

  synchronized void readWhatIsOwed() {
    if (!closed && owed > 0 && agent.isReady()) {
      agent.request(owed);
      owed = 0;
    }
  }

  // ------------------------------------------------------------------------------ identity

  /** False if it has said Hello before. */
  synchronized boolean introduce(Hello first) {
    if (hello != null) {
      return false;
    }
    hello = first;
    targetId = HelloRules.targetId(first);
    return true;
  }

  synchronized boolean introduced() {
    return hello != null;
  }

  public synchronized UUID targetId() {
    return targetId;
  }

  public synchronized Targets.Stream stream() {
    return new Targets.Stream(targetId, epoch);
  }

  public synchronized String name() {
    return hello.getName();
  }

  /** How many jobs it can hold at once: its slots, and each device for a measuring one. */
  public synchronized int room() {
    return hello.getSlots() + hello.getDevicesCount();
  }

  public ProgressPace pace() {
    return pace;
  }

  public synchronized boolean closed() {
    return closed;
  }

  // ------------------------------------------------------------------------------ speaking

  synchronized void welcome(long newEpoch, Collection<LiveJob> lost) {
    epoch = newEpoch;
    Welcome welcome =
        Welcome.newBuilder()
            .setHeartbeatInterval(seconds(config.heartbeatInterval()))
            .setLeaseTime(seconds(config.leaseTime()))
            .setSchedulerVersion(version())
            .addAllLost(lost)
            .build();
    send(SchedulerMessage.newBuilder().setWelcome(welcome).build());
    if (!closed) {
      agent.request(WINDOW);
    }
  }

  private static String version() {
    String version = AgentSession.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }

  private static Duration seconds(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** Nothing is assigned from now on: the agent stops. */
  synchronized void depart() {
    departed = true;
  }

  public synchronized boolean departed() {
    return departed;
  }

  /** Gives those that nobody got: all if the agent stops, the last ones if the stream ends. */
  public synchronized List<Assignment> assign(List<Assignment> assignments) {
    int sent = 0;
    while (sent < assignments.size() && !departed) {
      int end = endOfMessage(assignments, sent);
      if (!sendAssign(assignments.subList(sent, end))) {
        break;
      }
      sent = end;
    }
    return assignments.subList(sent, assignments.size());
  }

  /** A message has at least one, however large. */
  private static int endOfMessage(List<Assignment> assignments, int start) {
    int end = start + 1;
    int bytes = assignments.get(start).getSerializedSize();
    while (end < assignments.size()) {
      bytes += assignments.get(end).getSerializedSize();
      if (bytes > MESSAGE_BYTES) {
        break;
      }
      end++;
    }
    return end;
  }

  private boolean sendAssign(List<Assignment> together) {
    Assign assign = Assign.newBuilder().addAllAssignments(together).build();
    return send(SchedulerMessage.newBuilder().setAssign(assign).build());
  }

  /** Once a session. */
  synchronized void stop(StopJob stop) {
    LiveJob job =
        LiveJob.newBuilder().setJobId(stop.getJobId()).setAttempt(stop.getAttempt()).build();
    if (toldToStop.add(job)) {
      send(SchedulerMessage.newBuilder().setStopJob(stop).build());
    }
  }

  /** Forgets about stops of attempts that are over. */
  synchronized void keepStops(Set<LiveJob> stillWanted) {
    toldToStop.retainAll(stillWanted);
  }

  synchronized void drain(boolean draining) {
    if (draining != drainTold) {
      drainTold = draining;
      Drain drain = Drain.newBuilder().setUndrain(!draining).build();
      send(SchedulerMessage.newBuilder().setDrain(drain).build());
    }
  }

  synchronized void refuse(Refuse refuse) {
    LOG.infof("Agent refused: %s %s", refuse.getCode(), refuse.getDetail());
    send(SchedulerMessage.newBuilder().setRefuse(refuse).build());
    close();
  }

  /** Another stream speaks for the target now. */
  void takenOver() {
    refuse(
        HelloRules.refusal(
            ProblemCode.AGENT_IDENTITY_IN_USE,
            "Another stream of this target was opened.",
            TAKEN_OVER_PAUSE_SECONDS));
  }

  /** False if the stream is over. */
  public synchronized boolean send(SchedulerMessage message) {
    if (closed || agent.isCancelled()) {
      return false;
    }
    try {
      agent.onNext(message);
      return true;
    } catch (RuntimeException e) {
      // It ended this moment. What is sent after a commit must not make the commit look failed.
      LOG.debugf("An agent's stream ended: %s", e.getMessage());
      closed = true;
      return false;
    }
  }

  synchronized void close() {
    if (!closed) {
      closed = true;
      if (!agent.isCancelled()) {
        agent.onCompleted();
      }
    }
  }

  /** The other side ended it. */
  synchronized void ended() {
    closed = true;
  }
}
