package dev.inferlab.endtoend.reliability;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.AttemptOutcome;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Fault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads what the scheduler's tables say of every job. */
final class Histories {
  private static final String ATTEMPTS =
      """
      select job_id, number, target_id, device, assigned_at, started_at, ended_at, outcome,
             fault ->> 'error_class', fault ->> 'code', fault ->> 'detail'
      from scheduler.attempt order by job_id, number
      """;
  private static final String JOBS =
      """
      select id, state, version, max_attempts, cancel_reason, result,
             fault ->> 'error_class', fault ->> 'code', fault ->> 'detail'
      from scheduler.job order by id
      """;

  private Histories() {}

  static List<History> read(Connection database) throws SQLException {
    Map<UUID, List<History.Step>> attempts = attempts(database);
    List<History> histories = new ArrayList<>();
    try (PreparedStatement statement = database.prepareStatement(JOBS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        UUID id = row.getObject(1, UUID.class);
        byte[] result = row.getBytes(6);
        histories.add(
            new History(
                id,
                JobState.valueOf(row.getString(2)),
                row.getLong(3),
                row.getInt(4),
                attempts.getOrDefault(id, List.of()),
                row.getString(5),
                fault(row, 7),
                result == null ? null : ByteString.copyFrom(result)));
      }
    }
    return histories;
  }

  private static Map<UUID, List<History.Step>> attempts(Connection database) throws SQLException {
    Map<UUID, List<History.Step>> attempts = new HashMap<>();
    try (PreparedStatement statement = database.prepareStatement(ATTEMPTS);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        String outcome = row.getString(8);
        attempts
            .computeIfAbsent(row.getObject(1, UUID.class), job -> new ArrayList<>())
            .add(
                new History.Step(
                    row.getInt(2),
                    row.getObject(3, UUID.class),
                    row.getString(4),
                    time(row, 5),
                    time(row, 6),
                    time(row, 7),
                    outcome == null ? null : AttemptOutcome.valueOf(outcome),
                    fault(row, 9)));
      }
    }
    return attempts;
  }

  private static Instant time(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static Fault fault(ResultSet row, int column) throws SQLException {
    String errorClass = row.getString(column);
    return errorClass == null
        ? null
        : Fault.of(
            ErrorClass.valueOf(errorClass), row.getString(column + 1), row.getString(column + 2));
  }
}
