package dev.inferlab.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.attempt.AttemptId;
import dev.inferlab.agent.config.TlsConfig;
import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.Succeeded;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.job.v1.Resources;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The last words of a stream. */
class GoodbyeTest {

  @Test
  void resultsThatStillWaitGoBeforeIt() throws Exception {
    UpdateBuffer updates = new UpdateBuffer(1 << 20, () -> {}); // wakes nobody
    try (FakeScheduler scheduler = new FakeScheduler()) {
      scheduler.cadence(Duration.ofMinutes(1), Duration.ofMinutes(10));
      ManagedChannel channel =
          Channels.open(
              scheduler.endpoint(),
              new TlsConfig(false, Optional.empty(), Optional.empty(), Optional.empty()));
      SchedulerLink link =
          new SchedulerLink(
              channel, new EmptyDesk(), new Nobody(), new Leases(System::nanoTime), updates);
      Thread serving = Thread.ofVirtual().start(() -> run(link));
      scheduler.await(() -> !scheduler.heartbeats().isEmpty(), "a heartbeat");
      updates.add(
          Update.newBuilder()
              .setJobId("finished")
              .setAttempt(1)
              .setSucceeded(Succeeded.getDefaultInstance())
              .build());
      link.close("stopped");
      scheduler.awaitGoodbye();
      assertThat(scheduler.updates()).extracting(Update::getJobId).containsExactly("finished");
      serving.join();
      channel.shutdownNow();
    }
  }

  private static void run(SchedulerLink link) {
    try {
      link.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class EmptyDesk implements WorkDesk {
    @Override
    public void assigned(Assignment assignment) {}

    @Override
    public void cancelled(AttemptId attempt, String reason) {}

    @Override
    public void lost(Collection<AttemptId> attempts) {}

    @Override
    public Set<AttemptId> live() {
      return Set.of();
    }

    @Override
    public boolean stopping() {
      return false;
    }
  }

  private static final class Nobody implements HelloSource {
    @Override
    public Hello hello() {
      return Hello.getDefaultInstance();
    }

    @Override
    public Resources resources() {
      return Resources.getDefaultInstance();
    }
  }
}
