package dev.inferlab.endtoend.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.endtoend.lab.TinyModel;
import dev.inferlab.endtoend.lab.Workbench;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The checker of the kill test sees each promise that is broken: two jobs that ran well, and one
 * lie about them at a time, told in a transaction that is rolled back.
 */
@ExtendWith(SharedLab.class)
class CheckerTest {
  private static List<String> jobs;

  @Test
  void whatWentWellBreaksNothing(Lab lab) throws Exception {
    try (Connection database = lab.database()) {
      String mine = ours(lab).getFirst();
      assertThat(violations(lab, database)).noneMatch(violation -> violation.contains(mine));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          I1 accepted, but has not exactly one end | update gateway.experiment set state = 'RUNNING' where id = (select experiment_id from gateway.job where id = '$1')
          I2 not exactly one successful attempt | update scheduler.job set attempts = jsonb_set(attempts, '{0,outcome}', '"ATTEMPT_LOST"') where id = '$1'
          I2 a successful attempt of a job that did not | update scheduler.job set state = 'FAILED' where id = '$1'
          I2 a result where none may be | update scheduler.job set result = null where id = '$1'
          I2 the user sees another result | update gateway.job set result = '\\x0102' where id = '$1'
          I3 job $1 | update scheduler.job set state = 'QUEUED' where id = '$1'
          I3 attempts are not numbered | update scheduler.job set attempts = jsonb_set(attempts, '{0,number}', '3') where id = '$1'
          I3 an attempt that ended before it began | update scheduler.job set attempts = jsonb_set(attempts, '{0,ended_at}', '"1999-01-01T00:00:00Z"') where id = '$1'
          I4 two leases of one device | update scheduler.job set attempts = jsonb_set(attempts, '{0,assigned_at}', '"1999-01-01T00:00:00Z"') where id = '$2'
          I5 ran, but no attempt is recorded | update scheduler.job set attempts = '[]' where id = '$1'
          I5 is recorded as done, but no agent ran it | update scheduler.job set attempts = jsonb_set(attempts, '{0,number}', '2') where id = '$1'
          I6 an artifact of another length | update gateway.artifact_use set size_bytes = size_bytes + 1
          I6 an artifact in use is not there | update gateway.artifact_use set sha256 = repeat('0', 64) where sha256 = (select min(sha256) from gateway.artifact_use)
          I7 the gateway does not know the scheduler's last word | update gateway.job set version = version - 1 where id = '$1'
          I7 the scheduler does not know | delete from scheduler.job where id = '$1'
          I7 an event was shown twice | insert into gateway.event_log (type, experiment_id, target_id, data) select type, experiment_id, target_id, data from gateway.event_log where type = 'experiment.state'
          I8 a job has no end | update scheduler.job set state = 'QUEUED' where id = '$1'
          """)
  void aLieIsSeen(String violation, String lie, Lab lab) throws Exception {
    List<String> ours = ours(lab);
    try (Connection database = lab.database();
        Statement statement = database.createStatement()) {
      List<String> before = violations(lab, database);
      database.setAutoCommit(false);
      try {
        statement.execute(told(lie, ours));
        assertThat(violations(lab, database))
            .filteredOn(seen -> !before.contains(seen))
            .anyMatch(seen -> seen.startsWith(told(violation, ours)));
      } finally {
        database.rollback();
      }
    }
  }

  /** What no statement can bring about: it stands in an agent's own log. */
  @Test
  void executionsThatOverlapAreSeen() {
    ExecutionLog log =
        new ExecutionLog(
            List.of(
                new ExecutionLog.Line("begin", "a", 1, "CPU", false),
                new ExecutionLog.Line("begin", "b", 1, "CPU", false),
                new ExecutionLog.Line("begin", "c", 1, "GPU", true),
                new ExecutionLog.Line("end", "a", 1, "CPU", false),
                new ExecutionLog.Line("begin", "d", 1, "CPU", true)));
    assertThat(log.overlaps()).containsExactly("CPU: b/1 and d/1");
  }

  private static String told(String text, List<String> jobs) {
    return text.replace("$1", jobs.get(0)).replace("$2", jobs.get(1));
  }

  private static List<String> violations(Lab lab, Connection database) throws Exception {
    List<ExecutionLog> logs = new ArrayList<>();
    for (Path log : lab.executionLogs()) {
      logs.add(ExecutionLog.read(log));
    }
    List<String> accepted =
        column(database, "select id from gateway.experiment where kind in ('sleep', 'noop')");
    return new Checker(database, logs, lab.platform().settings().artifacts()).check(accepted);
  }

  /** Two jobs that had one device alone, one after the other. */
  private static List<String> ours(Lab lab) throws Exception {
    if (jobs == null) {
      Workbench bench = new Workbench(lab.client());
      String project =
          bench.openProject(
              bench.importModel(TinyModel.forImages(), "checked"),
              bench.uploadImages("checked"),
              lab.targets().getFirst(),
              "TEST.0");
      List<String> found = new ArrayList<>();
      for (int number = 0; number < 2; number++) {
        String experiment = bench.submit(project, "sleep", Map.of("millis", 50));
        bench.awaitEnd(experiment);
        try (Connection database = lab.database()) {
          found.addAll(
              column(
                  database,
                  "select id from gateway.job where experiment_id = '" + experiment + "'"));
        }
      }
      jobs = List.copyOf(found);
    }
    return jobs;
  }

  private static List<String> column(Connection database, String sql) throws Exception {
    List<String> values = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
