package dev.inferlab.scheduler.agent;

import dev.inferlab.platform.db.Patience;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.AgentServiceGrpc.AgentServiceImplBase;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.lease.LeaseJobs;
import dev.inferlab.scheduler.lease.RenewLeases;
import dev.inferlab.scheduler.recording.RecordUpdates;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.vertx.core.Vertx;
import org.jboss.logging.Logger;

/** Takes the streams of agents and brings each message to whom it concerns. */
@GrpcService
public class AgentEndpoint extends AgentServiceImplBase {

  private static final int TOO_MUCH_PAUSE_SECONDS = 30;

  private static final Logger LOG = Logger.getLogger(AgentEndpoint.class);

  private final AgentSessions sessions;
  private final WelcomeAgent welcome;
  private final RenewLeases renew;
  private final RecordUpdates record;
  private final LeaseJobs lease;
  private final SyncAgents sync;
  private final Vertx vertx;
  private final SchedulerConfig config;

  AgentEndpoint(
      AgentSessions sessions,
      WelcomeAgent welcome,
      RenewLeases renew,
      RecordUpdates record,
      LeaseJobs lease,
      SyncAgents sync,
      Vertx vertx,
      SchedulerConfig config) {
    this.sessions = sessions;
    this.welcome = welcome;
    this.renew = renew;
    this.record = record;
    this.lease = lease;
    this.sync = sync;
    this.vertx = vertx;
    this.config = config;
  }

  @Override
  public StreamObserver<AgentMessage> connect(StreamObserver<SchedulerMessage> responses) {
    var agent = (ServerCallStreamObserver<SchedulerMessage>) responses;
    AgentSession session = new AgentSession(agent, vertx, config);
    agent.disableAutoRequest();
    agent.setOnReadyHandler(session::readWhatIsOwed);
    agent.setOnCancelHandler(() -> ended(session));
    // The Hello; the rest is read after the Welcome.
    agent.request(1);
    return new Inbound(session);
  }

  private void ended(AgentSession session) {
    session.ended();
    sessions.remove(session);
  }

  private final class Inbound implements StreamObserver<AgentMessage> {

    private final AgentSession session;
    private boolean saidGoodbye;

    Inbound(AgentSession session) {
      this.session = session;
    }

    @Override
    public void onNext(AgentMessage message) {
      session.heard();
      switch (message.getMessageCase()) {
        case HELLO -> hello(session, message.getHello());
        case HEARTBEAT -> requireHello(session, () -> heartbeat(session, message.getHeartbeat()));
        case UPDATES -> requireHello(session, () -> updates(session, message.getUpdates()));
        case GOODBYE ->
            requireHello(
                session,
                () -> {
                  saidGoodbye = true;
                  goodbye(session);
                });
        // A message that a newer agent knows and we do not.
        case MESSAGE_NOT_SET -> requireHello(session, () -> session.dealtWith(1));
      }
    }

    @Override
    public void onError(Throwable failure) {
      LOG.debugf("An agent's stream broke: %s", failure.getMessage());
      ended(session);
    }

    /** After a goodbye the agent waits for our end of the stream, which says that it is stored. */
    @Override
    public void onCompleted() {
      sessions.remove(session);
      if (!saidGoodbye) {
        session.close();
      }
    }
  }

  private static void requireHello(AgentSession session, Runnable action) {
    if (session.introduced()) {
      action.run();
    } else {
      session.refuse(
          HelloRules.refusal(ProblemCode.AGENT_HELLO_INVALID, "The first message is no Hello.", 0));
    }
  }

  private void heartbeat(AgentSession session, Heartbeat heartbeat) {
    if (heartbeat.getStopping()) {
      session.depart();
    }
    renew.add(session, heartbeat);
  }

  private void updates(AgentSession session, Updates updates) {
    if (updates.getUpdatesCount() > RecordUpdates.MOST_UPDATES) {
      session.refuse(
          HelloRules.refusal(
              ProblemCode.AGENT_MESSAGE_INVALID,
              "A message has more than %d updates.".formatted(RecordUpdates.MOST_UPDATES),
              TOO_MUCH_PAUSE_SECONDS));
      return;
    }
    record.add(session, updates);
  }

  private void hello(AgentSession session, Hello hello) {
    var refusal = HelloRules.refuse(hello);
    if (refusal.isPresent()) {
      session.refuse(refusal.get());
      return;
    }
    if (!session.introduce(hello)) {
      session.refuse(
          HelloRules.refusal(ProblemCode.AGENT_HELLO_INVALID, "A second Hello on a stream.", 0));
      return;
    }
    welcome
        .welcome(session, hello)
        .subscribe()
        .with(
            welcomed -> {
              session.welcome(welcomed.epoch(), welcomed.lost());
              session.drain(welcomed.draining());
              sessions.add(session);
              if (session.closed()) {
                sessions.remove(session);
              }
              sync.wake();
              lease.wake();
            },
            failure -> {
              LOG.errorf(failure, "An agent could not be welcomed");
              session.refuse(
                  HelloRules.refusal(ProblemCode.INTERNAL, "The agent could not be welcomed.", 10));
            });
  }

  private void goodbye(AgentSession session) {
    session.depart();
    sessions.remove(session);
    Patience.untilPossible("Goodbye", () -> welcome.goodbye(session))
        .chain(held -> record.handBack(session, held))
        .subscribe()
        .with(
            _ -> session.close(),
            failure -> {
              LOG.errorf(failure, "An agent's goodbye could not be stored");
              session.close();
            });
  }
}
