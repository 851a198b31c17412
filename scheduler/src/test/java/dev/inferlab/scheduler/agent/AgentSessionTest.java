package dev.inferlab.scheduler.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.scheduler.SchedulerConfig;
import io.grpc.stub.ServerCallStreamObserver;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets an assignment and who does not. */
class AgentSessionTest {

  private final Vertx vertx = Vertx.vertx();
  private final Call call = new Call();
  private final AgentSession session = new AgentSession(call, vertx, config());

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void allIsSentInMessagesOfABoundedSize() {
    assertThat(session.assign(assignments(5))).isEmpty();
    assertThat(call.assigned()).isEqualTo(assignments(5));
    assertThat(call.sent).hasSize(3);
  }

  @Test
  void anAgentThatStopsGetsNothing() {
    session.depart();
    assertThat(session.assign(assignments(5))).isEqualTo(assignments(5));
    assertThat(call.sent).isEmpty();
  }

  @Test
  void onlyWhatWasNotSentBeforeTheStreamEndedIsToBeHandedBack() {
    call.takes = 1;
    assertThat(session.assign(assignments(5))).isEqualTo(assignments(5).subList(2, 5));
    assertThat(call.assigned()).isEqualTo(assignments(5).subList(0, 2));
  }

  /** Two of them fit into a message. */
  private static List<Assignment> assignments(int count) {
    ByteString payload = ByteString.copyFrom(new byte[400_000]);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                Assignment.newBuilder()
                    .setJob(JobSpec.newBuilder().setJobId("job " + i).setOptions(payload))
                    .setAttempt(1)
                    .build())
        .toList();
  }

  private static SchedulerConfig config() {
    try {
      return new SmallRyeConfigBuilder()
          .withSources(
              new PropertiesConfigSource(
                  AgentSessionTest.class.getResource("/application.properties")))
          .addDiscoveredConverters()
          .withMapping(SchedulerConfig.class)
          .withMappingIgnore("**")
          .build()
          .getConfigMapping(SchedulerConfig.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The agent's side: takes so many messages, then the stream is over. */
  private static final class Call extends ServerCallStreamObserver<SchedulerMessage> {

    private final List<SchedulerMessage> sent = new ArrayList<>();
    private int takes = Integer.MAX_VALUE;

    List<Assignment> assigned() {
      return sent.stream().flatMap(it -> it.getAssign().getAssignmentsList().stream()).toList();
    }

    @Override
    public void onNext(SchedulerMessage message) {
      if (sent.size() == takes) {
        throw new IllegalStateException("call is closed");
      }
      sent.add(message);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
  }
}
