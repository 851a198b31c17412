package dev.inferlab.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.attempt.AttemptId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final AttemptId A = new AttemptId("a", 1);
  private static final AttemptId B = new AttemptId("b", 1);

  private final AtomicLong now =
      new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // nanoTime may overflow
  private final Leases leases = new Leases(now::get);

  @BeforeEach
  void connect() {
    leases.helloSent();
    leases.welcomed(Duration.ofSeconds(8));
  }

  private void pass(double seconds) {
    now.addAndGet((long) (seconds * 1e9));
  }

  @Test
  void aLeaseCountsFromTheSendingOfTheAcknowledgedHeartbeat() {
    leases.hold(A);
    long beat = leases.heartbeat(List.of(A));
    pass(3); // the answer takes long
    leases.acknowledged(beat);
    pass(2.9);
    assertThat(leases.expired()).isEmpty();
    pass(0.2); // 6.1 s after sending: lease time less a quarter
    assertThat(leases.expired()).containsExactly(A);
  }

  @Test
  void anUnansweredHeartbeatRenewsNothing() {
    leases.hold(A);
    pass(2);
    leases.heartbeat(List.of(A));
    pass(4.1);
    assertThat(leases.expired()).containsExactly(A);
  }

  @Test
  void onlyWhatAHeartbeatNamedIsRenewed() {
    leases.hold(A);
    leases.hold(B);
    pass(4);
    leases.acknowledged(leases.heartbeat(List.of(A)));
    pass(2.5);
    assertThat(leases.expired()).containsExactly(B);
  }

  @Test
  void anAssignmentOfAnUnknownAgeBeginsWhenAHeartbeatThatNamesItIsAcknowledged() throws Exception {
    pass(20); // paused, and the assignment waited in a buffer; or the scheduler is slow
    leases.hold(A);
    Thread attempt = Thread.startVirtualThread(() -> awaitConfirmed(A));
    awaitWaiting(attempt);
    leases.acknowledged(leases.heartbeat(List.of()));
    awaitWaiting(attempt);
    long stale = leases.heartbeat(List.of(A));
    pass(5); // paused again: the answer is of long ago
    leases.acknowledged(stale);
    awaitWaiting(attempt);
    assertThat(leases.expired()).isEmpty();
    leases.acknowledged(leases.heartbeat(List.of(A)));
    attempt.join();
    pass(5.9);
    assertThat(leases.expired()).isEmpty();
  }

  @Test
  void anAssignmentThatIsNeverConfirmedIsGivenUp() throws Exception {
    pass(20);
    leases.hold(A);
    Thread attempt = Thread.startVirtualThread(() -> awaitConfirmed(A));
    pass(6.1);
    assertThat(leases.expired()).containsExactly(A);
    leases.release(A);
    attempt.join();
  }

  @Test
  void anAssignmentOfASchedulerThatWasJustHeardBeginsAtOnce() throws Exception {
    pass(3.9);
    leases.hold(A);
    leases.awaitConfirmed(A);
    pass(2.2);
    assertThat(leases.expired()).as("counted from when it was heard").containsExactly(A);
  }

  /** It would have ended by itself if it had been let go: a thread that ended never waits again. */
  private static void awaitWaiting(Thread attempt) {
    while (attempt.getState() != Thread.State.WAITING) {
      assertThat(attempt.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }

  private void awaitConfirmed(AttemptId attempt) {
    try {
      leases.awaitConfirmed(attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void answersOfAnOldStreamCountNoMore() {
    leases.hold(A);
    long old = leases.heartbeat(List.of(A));
    pass(5);
    leases.helloSent();
    leases.welcomed(Duration.ofSeconds(8));
    leases.acknowledged(old);
    pass(1.1);
    assertThat(leases.expired()).as("Hello itself renews nothing").containsExactly(A);
  }

  @Test
  void silenceIsTheAgeOfTheOldestUnansweredHeartbeat() {
    assertThat(leases.silence()).isZero();
    long first = leases.heartbeat(List.of());
    pass(2);
    leases.heartbeat(List.of());
    assertThat(leases.silence()).isEqualTo(Duration.ofSeconds(2));
    leases.acknowledged(first);
    assertThat(leases.silence()).isZero();
  }
}
