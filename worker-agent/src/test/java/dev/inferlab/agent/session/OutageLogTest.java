package dev.inferlab.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.RunningAgent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler that goes away is worth one line, not a page. */
class OutageLogTest {
  @TempDir private Path folder;

  private static final class Lines extends Handler {
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void anOutageIsOneLine() throws Exception {
    Logger logger = Logger.getLogger(SchedulerLink.class.getName());
    Lines lines = new Lines();
    logger.addHandler(lines);
    try (FakeScheduler scheduler = new FakeScheduler()) {
      scheduler.goAway();
      try (RunningAgent agent = new RunningAgent(scheduler, folder)) {
        scheduler.await(() -> !warnings(lines).isEmpty(), "a warning");

        assertThat(warnings(lines))
            .singleElement()
            .satisfies(
                record -> {
                  String text =
                      new org.jboss.logmanager.formatters.PatternFormatter("%s%e").format(record);
                  assertThat(text)
                      .contains("No connection to the scheduler")
                      .contains("UNAVAILABLE");
                  assertThat(text.lines()).hasSize(1);
                });
      }
    } finally {
      logger.removeHandler(lines);
    }
  }

  private static List<LogRecord> warnings(Lines lines) {
    return lines.records.stream()
        .filter(record -> record.getLevel().intValue() >= Level.WARNING.intValue())
        .toList();
  }
}
