package dev.inferlab.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.attempt.AttemptId;
import dev.inferlab.proto.agent.v1.Succeeded;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.agent.v1.Updates;
import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.proto.job.v1.ResultPart;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UpdateBufferTest {
  private final UpdateBuffer buffer = new UpdateBuffer(10_000, () -> {});

  private static Update progress(String job, double fraction) {
    return Update.newBuilder()
        .setJobId(job)
        .setAttempt(1)
        .setProgress(Progress.newBuilder().setFraction(fraction))
        .build();
  }

  private static Update success(String job) {
    return Update.newBuilder()
        .setJobId(job)
        .setAttempt(1)
        .setSucceeded(Succeeded.getDefaultInstance())
        .build();
  }

  @Test
  void numbersCountUpwardsOverBatches() {
    buffer.add(success("a"));
    buffer.add(success("b"));
    assertThat(buffer.nextBatch().map(Updates::getSequence)).contains(1L);
    buffer.add(success("c"));
    Updates second = buffer.nextBatch().orElseThrow();
    assertThat(second.getSequence()).isEqualTo(3);
    assertThat(second.getUpdatesList()).containsExactly(success("c"));
    assertThat(buffer.nextBatch()).isEmpty();
  }

  @Test
  void whatWasSentIsSentAgainUnchangedAfterRewind() {
    buffer.add(progress("a", 0.1));
    Updates first = buffer.nextBatch().orElseThrow();
    buffer.add(progress("a", 0.2));
    buffer.rewind();
    Updates again = buffer.nextBatch().orElseThrow();
    assertThat(again.getSequence()).isEqualTo(first.getSequence());
    assertThat(again.getUpdatesList()).containsExactly(progress("a", 0.1), progress("a", 0.2));
  }

  @Test
  void acknowledgedOnesAreForgottenAlsoInTheMiddleOfABatch() {
    for (String job : new String[] {"a", "b", "c"}) {
      buffer.add(success(job));
    }
    buffer.nextBatch();
    buffer.acknowledged(2);
    assertThat(buffer.size()).isEqualTo(1);
    buffer.acknowledged(1); // a late one
    buffer.rewind();
    Updates again = buffer.nextBatch().orElseThrow();
    assertThat(again.getSequence()).isEqualTo(3);
    assertThat(again.getUpdatesList()).containsExactly(success("c"));
    buffer.acknowledged(99);
    assertThat(buffer.size()).isZero();
  }

  @Test
  void newerProgressReplacesUnsentProgressButNeverPassesAResult() {
    buffer.add(progress("a", 0.1));
    buffer.add(progress("b", 0.5));
    buffer.add(progress("a", 0.2));
    assertThat(buffer.nextBatch().orElseThrow().getUpdatesList())
        .containsExactly(progress("a", 0.2), progress("b", 0.5));
    buffer.add(success("a"));
    buffer.add(progress("a", 0.9));
    assertThat(buffer.nextBatch().orElseThrow().getUpdatesList())
        .containsExactly(success("a"), progress("a", 0.9));
  }

  @Test
  void endsAreKnownUntilTheyAreAcknowledged() {
    buffer.add(success("a"));
    buffer.nextBatch();
    assertThat(buffer.unreportedEnds()).containsExactly(new AttemptId("a", 1));
    buffer.acknowledged(1);
    assertThat(buffer.unreportedEnds()).isEmpty();
  }

  @Test
  void unsentUpdatesOfALostAttemptAreForgotten() {
    buffer.add(success("a"));
    buffer.nextBatch();
    buffer.add(success("a"));
    buffer.add(success("b"));
    buffer.forget(new AttemptId("a", 1));
    assertThat(buffer.nextBatch().orElseThrow().getUpdatesList()).containsExactly(success("b"));
    assertThat(buffer.size()).as("what was sent keeps its number").isEqualTo(2);
  }

  @Test
  void aPartWaitsForRoomAndProgressIsDroppedWhileAResultIsAlwaysTaken() throws Exception {
    Update part =
        Update.newBuilder()
            .setJobId("a")
            .setAttempt(1)
            .setPart(
                ResultPart.newBuilder()
                    .setKey("k")
                    .setPayload(ByteString.copyFrom(new byte[11_000])))
            .build();
    buffer.addPart(part);
    CountDownLatch added = new CountDownLatch(1);
    Thread producer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    buffer.addPart(part);
                    added.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    buffer.add(progress("a", 0.5));
    buffer.add(success("a"));
    assertThat(buffer.size()).as("the part and the result").isEqualTo(2);
    assertThat(added.await(50, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(buffer.awaitEmpty(Duration.ofMillis(1))).isFalse();
    assertThat(buffer.nextBatch()).map(Updates::getUpdatesCount).isEqualTo(Optional.of(2));
    buffer.acknowledged(2);
    assertThat(added.await(10, TimeUnit.SECONDS)).isTrue();
    producer.join();
  }

  @Test
  void aBatchStaysBelowWhatTheSchedulerTakesInOneMessage() {
    UpdateBuffer large = new UpdateBuffer(64 << 20, () -> {});
    Update result =
        success("a").toBuilder()
            .setSucceeded(
                Succeeded.newBuilder().setResult(ByteString.copyFrom(new byte[512 * 1024])))
            .build();
    for (int i = 0; i < 20; i++) {
      large.add(result);
    }
    int sent = 0;
    for (var batch = large.nextBatch(); batch.isPresent(); batch = large.nextBatch()) {
      assertThat(batch.get().getSerializedSize()).isLessThan(2 << 20);
      assertThat(batch.get().getSequence()).isEqualTo(sent + 1);
      sent += batch.get().getUpdatesCount();
    }
    assertThat(sent).isEqualTo(20);
  }
}
