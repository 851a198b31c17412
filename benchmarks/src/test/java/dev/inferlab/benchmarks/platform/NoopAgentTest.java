package dev.inferlab.benchmarks.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.inferlab.proto.agent.v1.AgentMessage;
import dev.inferlab.proto.agent.v1.AgentServiceGrpc;
import dev.inferlab.proto.agent.v1.Assign;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.agent.v1.UpdatesAck;
import dev.inferlab.proto.agent.v1.Welcome;
import dev.inferlab.proto.job.v1.JobSpec;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NoopAgentTest {
  private final BlockingQueue<AgentMessage> heard = new LinkedBlockingQueue<>();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    server = NettyServerBuilder.forPort(0).addService(new OneAssignment()).build().start();
  }

  @AfterEach
  void stop() throws Exception {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void reportsEveryJobStartedAndSucceededAndHoldsItUntilAcknowledged() throws Exception {
    Set<String> arrived = new ConcurrentSkipListSet<>();
    try (NoopAgent agent =
        new NoopAgent(
            "t1",
            "localhost",
            server.getPort(),
            (experiment, attempt) -> arrived.add(experiment))) {
      agent.connect("bench", 8, List.of("noop"));

      assertThat(next().getHello().getJobKindsList()).containsExactly("noop");
      Updates updates = nextUpdates();
      assertThat(updates.getSequence()).isEqualTo(1);
      assertThat(updates.getUpdatesCount()).isEqualTo(4);
      assertThat(updates.getUpdates(0).hasStarted()).isTrue();
      assertThat(updates.getUpdates(1).hasSucceeded()).isTrue();
      assertThat(updates.getUpdates(1).getAttempt()).isEqualTo(3);
      assertThat(arrived).containsExactly("a", "b");
      // Only the first job's updates are acknowledged: the second stays in the heartbeats.
      AgentMessage beat = next();
      while (beat.getHeartbeat().getLiveCount() != 1) {
        beat = next();
      }
      assertThat(beat.getHeartbeat().getLive(0).getJobId()).isEqualTo("b");
    }
  }

  private AgentMessage next() throws InterruptedException {
    AgentMessage message = heard.poll(10, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  private Updates nextUpdates() throws InterruptedException {
    AgentMessage message = next();
    while (!message.hasUpdates()) {
      message = next();
    }
    return message.getUpdates();
  }

  private final class OneAssignment extends AgentServiceGrpc.AgentServiceImplBase {
    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<SchedulerMessage> toAgent) {
      return new StreamObserver<>() {
        @Override
        public void onNext(AgentMessage message) {
          heard.add(message);
          if (message.hasHello()) {
            toAgent.onNext(
                SchedulerMessage.newBuilder()
                    .setWelcome(Welcome.newBuilder().setHeartbeatInterval(Durations.fromMillis(50)))
                    .build());
            toAgent.onNext(
                SchedulerMessage.newBuilder()
                    .setAssign(
                        Assign.newBuilder().addAssignments(job("a")).addAssignments(job("b")))
                    .build());
          } else if (message.hasUpdates()) {
            toAgent.onNext(
                SchedulerMessage.newBuilder()
                    .setUpdatesAck(UpdatesAck.newBuilder().setSequence(2))
                    .build());
          }
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          toAgent.onCompleted();
        }
      };
    }

    private Assignment.Builder job(String id) {
      return Assignment.newBuilder()
          .setJob(JobSpec.newBuilder().setJobId(id).setExperimentId(id))
          .setAttempt(3);
    }
  }
}
