package dev.inferlab.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.executor.v1.Finished;
import dev.inferlab.proto.executor.v1.FromExecutor;
import dev.inferlab.proto.job.v1.Progress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InboxTest {
  private static final FromExecutor PROGRESS =
      FromExecutor.newBuilder().setProgress(Progress.newBuilder().setStage("on")).build();

  private final Inbox inbox = new Inbox(10_000);

  private static FromExecutor finished(int bytes) {
    return FromExecutor.newBuilder()
        .setFinished(Finished.newBuilder().setResult(ByteString.copyFrom(new byte[bytes])))
        .build();
  }

  private FromExecutor next() throws InterruptedException {
    return inbox.poll(TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void whatFindsNoRoomWaitsAndProgressIsDropped() throws Exception {
    inbox.put(finished(9_700));
    inbox.put(PROGRESS); // is dropped
    CountDownLatch taken = new CountDownLatch(1);
    Thread executor =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    inbox.put(finished(20_000)); // larger than all the room
                    taken.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertThat(taken.await(50, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(next()).isEqualTo(finished(9_700));
    assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(next()).isEqualTo(finished(20_000));
    inbox.put(finished(9_000)); // the room is whole again
    assertThat(next()).isEqualTo(finished(9_000));
    inbox.end(FromExecutor.getDefaultInstance());
    assertThat(next()).isEqualTo(FromExecutor.getDefaultInstance());
    executor.join();
  }
}
