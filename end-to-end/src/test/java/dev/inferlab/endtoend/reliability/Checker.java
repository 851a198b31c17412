package dev.inferlab.endtoend.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Says which promises were broken. It reads PostgreSQL and the agents' own logs, and asks no
 * service.
 *
 * <p>I1 accepted means exactly one end. I2 one result a job, of the winning attempt. I3 the history
 * replays through the scheduler's rules to the stored state. I4 no two holders of an exclusive
 * device. I5 nothing ran more often than it was told to. I6 every artifact in use is there, with
 * its digest. I7 nothing waits long in an outbox, both sides know the same. I8 nothing is left
 * running.
 */
final class Checker {
  private static final String TERMINAL = "('SUCCEEDED', 'FAILED', 'CANCELLED')";

  private final Connection database;
  private final List<ExecutionLog> executions;
  private final Path artifacts;
  private final List<String> violations = new ArrayList<>();

  /**
   * @param executions what each agent says that it ran
   * @param artifacts the store's folder
   */
  Checker(Connection database, List<ExecutionLog> executions, Path artifacts) {
    this.database = database;
    this.executions = executions;
    this.artifacts = artifacts;
  }

  /**
   * @param accepted experiments that the API took
   * @return what is broken; empty if all holds
   */
  List<String> check(List<String> accepted) throws Exception {
    acceptedMeansOneEnd(accepted);
    oneResultOfTheWinner();
    historyReplays();
    noOverlap();
    nothingRanUnasked();
    artifactsAreWhole();
    bothSidesKnowTheSame();
    nothingIsLeft();
    return List.copyOf(violations);
  }

  private void acceptedMeansOneEnd(List<String> accepted) throws SQLException {
    if (new HashSet<>(accepted).size() != accepted.size()) {
      violations.add("I1 one experiment was given to two submits");
    }
    Set<String> ended =
        new HashSet<>(
            rows(
                "select e.id from gateway.experiment e where e.state in "
                    + TERMINAL
                    + " and 1 = (select count(*) from gateway.job j where j.experiment_id = e.id)"));
    for (String id : accepted) {
      if (!ended.contains(id)) {
        violations.add("I1 accepted, but has not exactly one end: experiment " + id);
      }
    }
    none(
        "I1 an experiment that no submit got an answer for, and no key explains",
        "select id from gateway.experiment where kind in ('sleep', 'noop') and id::text <> all (?)",
        accepted);
  }

  private void oneResultOfTheWinner() throws SQLException {
    none(
        "I2 not exactly one successful attempt, which is the last",
        """
        select j.id from scheduler.job j where j.state = 'SUCCEEDED' and not
          (select count(*) filter (where a.outcome = 'ATTEMPT_SUCCEEDED') = 1
              and max(a.number) filter (where a.outcome = 'ATTEMPT_SUCCEEDED') = max(a.number)
           from scheduler.attempt a where a.job_id = j.id)
        """);
    none(
        "I2 a successful attempt of a job that did not succeed",
        """
        select a.job_id from scheduler.attempt a join scheduler.job j on j.id = a.job_id
        where a.outcome = 'ATTEMPT_SUCCEEDED' and j.state <> 'SUCCEEDED'
        """);
    none(
        "I2 a result where none may be, or none where one must be",
        "select id from scheduler.job where (state = 'SUCCEEDED') <> (result is not null)");
    none(
        "I2 the user sees another result than was recorded",
        """
        select s.id from scheduler.job s join gateway.job g on g.id = s.id
        where s.state = 'SUCCEEDED' and coalesce(s.result, '') <> coalesce(g.result, '')
        """);
  }

  private void historyReplays() throws SQLException {
    for (History history : Histories.read(database)) {
      history
          .contradiction()
          .ifPresent(why -> violations.add("I3 job " + history.id() + ": " + why));
    }
    none(
        "I3 attempts are not numbered 1, 2, 3, …",
        """
        select job_id from scheduler.attempt group by job_id
        having min(number) <> 1 or max(number) <> count(*) or count(distinct number) <> count(*)
        """);
    none(
        "I3 an attempt that ended before it began, or has no outcome",
        """
        select a.job_id from scheduler.attempt a
        where ended_at is null or outcome is null or started_at < assigned_at or ended_at < assigned_at
        """);
    none(
        "I3 an attempt that began before the one before had ended",
        """
        select a.job_id from scheduler.attempt a
        join scheduler.attempt b on b.job_id = a.job_id and b.number = a.number + 1
        where b.assigned_at < a.ended_at
        """);
    none(
        "I3 another attempt after a success",
        """
        select a.job_id from scheduler.attempt a
        join scheduler.attempt b on b.job_id = a.job_id and b.number > a.number
        where a.outcome = 'ATTEMPT_SUCCEEDED'
        """);
    none(
        "I3 an end without a reason",
        "select id from scheduler.job where state in ('FAILED', 'CANCELLED') and fault is null");
  }

  private void noOverlap() throws SQLException {
    none(
        "I4 two leases of one device at one time, and one of them exclusive",
        """
        select a.job_id || ' and ' || b.job_id from scheduler.attempt a
        join scheduler.attempt b on b.target_id = a.target_id and b.device = a.device
          and (a.job_id, a.number) < (b.job_id, b.number)
          and a.assigned_at < coalesce(b.ended_at, 'infinity')
          and b.assigned_at < coalesce(a.ended_at, 'infinity')
        where a.exclusive or b.exclusive
        """);
    for (ExecutionLog log : executions) {
      log.overlaps().forEach(overlap -> violations.add("I4 ran at the same time on " + overlap));
    }
  }

  private void nothingRanUnasked() throws SQLException {
    Set<String> known =
        new HashSet<>(rows("select job_id || '/' || number from scheduler.attempt"));
    Map<String, Integer> times = new HashMap<>();
    for (ExecutionLog log : executions) {
      log.begun().forEach(execution -> times.merge(execution, 1, Integer::sum));
    }
    times.forEach(
        (execution, count) -> {
          if (count > 1) {
            violations.add("I5 ran %d times: %s".formatted(count, execution));
          }
          if (!known.contains(execution)) {
            violations.add("I5 ran, but no attempt is recorded: " + execution);
          }
        });
    for (String won :
        rows(
            "select job_id || '/' || number from scheduler.attempt where outcome = 'ATTEMPT_SUCCEEDED'")) {
      if (!times.containsKey(won)) {
        violations.add("I5 is recorded as done, but no agent ran it: " + won);
      }
    }
  }

  private void artifactsAreWhole() throws Exception {
    for (String sha256 : rows("select distinct sha256 from gateway.artifact_use")) {
      Path file = artifacts.resolve("objects").resolve(sha256.substring(0, 2)).resolve(sha256);
      if (!Files.exists(file)) {
        violations.add("I6 an artifact in use is not there: " + sha256);
      } else if (!sha256(file).equals(sha256)) {
        violations.add("I6 an artifact is not what its name says: " + sha256);
      }
    }
    none(
        "I6 an artifact of another length than told",
        "select sha256 || ' ' || size_bytes from gateway.artifact_use",
        told -> !hasLength(told.split(" ")));
    none(
        "I6 one artifact under two sizes",
        "select sha256 from gateway.artifact_use group by sha256 having count(distinct size_bytes) > 1");
  }

  private boolean hasLength(String[] told) {
    Path file = artifacts.resolve("objects").resolve(told[0].substring(0, 2)).resolve(told[0]);
    try {
      return Files.size(file) == Long.parseLong(told[1]);
    } catch (IOException missing) {
      return false;
    }
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void bothSidesKnowTheSame() throws SQLException {
    // Targets go on telling how they are: what was said this moment is on its way.
    for (String service : List.of("gateway", "scheduler")) {
      none(
          "I7 a message waits in the %s's outbox".formatted(service),
          "select id from %s.outbox where created_at < clock_timestamp() - interval '2 seconds'"
              .formatted(service));
    }
    none(
        "I7 the gateway does not know the scheduler's last word",
        """
        select s.id from scheduler.job s left join gateway.job g on g.id = s.id
        where g.id is null or g.state <> s.state or g.version <> s.version
        """);
    none(
        "I7 the scheduler does not know the gateway's job",
        "select id from gateway.job where id not in (select id from scheduler.job)");
    none(
        "I7 an event was shown twice",
        """
        select experiment_id || ' ' || (data::jsonb ->> 'state') from gateway.event_log
        where type = 'experiment.state' and data::jsonb ->> 'state' in ('SUCCEEDED', 'FAILED', 'CANCELLED')
        group by experiment_id, data::jsonb ->> 'state' having count(*) > 1
        """);
  }

  private void nothingIsLeft() throws SQLException {
    none("I8 a job has no end", "select id from scheduler.job where state not in " + TERMINAL);
    none("I8 a lease is left", "select job_id from scheduler.lease");
  }

  private void none(String violation, String sql) throws SQLException {
    rows(sql).forEach(found -> violations.add(violation + ": " + found));
  }

  private void none(String violation, String sql, Predicate<String> isBroken) throws SQLException {
    rows(sql).stream().filter(isBroken).forEach(it -> violations.add(violation + ": " + it));
  }

  private void none(String violation, String sql, List<String> parameter) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      statement.setArray(1, database.createArrayOf("text", parameter.toArray()));
      read(statement).forEach(found -> violations.add(violation + ": " + found));
    }
  }

  private List<String> rows(String sql) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      return read(statement);
    }
  }

  private static List<String> read(PreparedStatement statement) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }
}
