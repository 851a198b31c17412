package dev.inferlab.scheduler.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.proto.job.v1.Progress;
import dev.inferlab.scheduler.job.JobCommand;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgressPaceTest {

  private static final long SECOND = 1_000_000_000L;

  private final ProgressPace pace = new ProgressPace(Duration.ofSeconds(1));
  private final UUID job = new UUID(0, 1);

  @Test
  void theFirstPassesAtOnceAndTheLastOfASecondLater() {
    assertThat(pace.pass(progress(0.1), 0)).isPresent();
    assertThat(pace.pass(progress(0.2), SECOND / 4)).isEmpty();
    assertThat(pace.pass(progress(0.3), SECOND / 2)).isEmpty();
    assertThat(pace.due(SECOND / 2)).isEmpty();
    assertThat(pace.due(SECOND)).containsExactly(progress(0.3));
    assertThat(pace.due(3 * SECOND)).isEmpty();
    assertThat(pace.pass(progress(0.4), 3 * SECOND)).isPresent();
  }

  @Test
  void nothingIsToldOfAnAttemptThatIsOver() {
    pace.pass(progress(0.1), 0);
    pace.pass(progress(0.2), 1);
    pace.forget(progress(0.2));
    assertThat(pace.due(2 * SECOND)).isEmpty();
  }

  private Reported progress(double fraction) {
    JobCommand.Report note = new JobCommand.Note(1, new UUID(0, 2));
    return new Reported(1, job, note, Progress.newBuilder().setFraction(fraction).build(), null);
  }
}
