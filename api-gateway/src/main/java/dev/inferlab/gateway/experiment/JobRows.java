package dev.inferlab.gateway.experiment;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.proto.job.v1.AttemptRecord;
import dev.inferlab.proto.job.v1.JobChanged;
import dev.inferlab.proto.job.v1.JobPartial;
import dev.inferlab.proto.job.v1.JobProgressed;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Writes jobs and parts of results, any number with one statement. What is older than what is
 * stored changes nothing.
 */
@ApplicationScoped
class JobRows {
  // Rows are locked in one order by everybody.
  private static final String CHANGE =
      """
      with news as (
        select * from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
          id uuid, version bigint, state text, attempt int, target_id text, device text,
          waiting_for text, attempts text, problem text, result text)),
      locked as materialized (
        select news.*, job.state as old_state, job.attempt as old_attempt
        from job join news on news.id = job.id where job.version < news.version
        order by job.id for update of job)
      update job set
        version = news.version, state = news.state, attempt = news.attempt,
        target_id = news.target_id, device = news.device, waiting_for = news.waiting_for,
        attempts = news.attempts, problem = news.problem,
        result = coalesce(decode(news.result, 'base64'), job.result)
      from locked as news
      where job.id = news.id
      returning cast(job.id as text), cast(job.experiment_id as text), cast(job.model_id as text),
        news.old_state = 'ASSIGNED' and news.state = 'RUNNING' and news.old_attempt = news.attempt
      """;
  private static final String PROGRESS =
      """
      with news as (
        select * from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
          id uuid, attempt int, seq bigint, fraction float8, stage text)),
      locked as materialized (
        select news.* from job join news on news.id = job.id order by job.id for update of job)
      update job set
        progress_attempt = news.attempt, progress_seq = news.seq,
        progress = news.fraction, stage = news.stage
      from locked as news
      where job.id = news.id and job.state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')
        and news.attempt >= job.attempt
        and (job.progress_attempt, job.progress_seq) < (news.attempt, news.seq)
      returning cast(job.id as text), cast(job.experiment_id as text), cast(job.model_id as text), false
      """;
  private static final String PARTS =
      """
      with news as (
        select r.job_id, r.key, r.attempt, decode(r.payload, 'base64') as payload
        from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
          job_id uuid, key text, attempt int, payload text)
        join job on job.id = r.job_id and job.experiment_id is not null
        order by r.job_id, r.key),
      stored as (
        insert into result_part (job_id, key, attempt, payload)
        select job_id, key, attempt, payload from news
        on conflict (job_id, key) do update
          set attempt = excluded.attempt, payload = excluded.payload
          where excluded.attempt >= result_part.attempt
        returning job_id, key)
      select cast(stored.job_id as text), stored.key, cast(e.id as text), e.kind
      from stored join job on job.id = stored.job_id join experiment e on e.id = job.experiment_id
      """;

  private final Json json;

  JobRows(Json json) {
    this.json = json;
  }

  /**
   * A job that changed; one of the other ids is null.
   *
   * @param unseen users are not shown the difference: a job that is given to an agent runs for them
   */
  record Changed(UUID jobId, UUID experimentId, UUID modelId, boolean unseen) {}

  /** A part that was stored. */
  record StoredPart(UUID experimentId, String kind, String key, ByteString payload) {}

  Uni<List<Changed>> change(Mutiny.Session session, Collection<JobChanged> changes) {
    return update(session, CHANGE, changes.stream().map(this::row).toList());
  }

  Uni<List<Changed>> progress(Mutiny.Session session, Collection<JobProgressed> changes) {
    return update(session, PROGRESS, changes.stream().map(JobRows::row).toList());
  }

  Uni<List<StoredPart>> parts(Mutiny.Session session, Collection<JobPartial> parts) {
    if (parts.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Map<String, ByteString> payloads =
        parts.stream()
            .collect(
                Collectors.toMap(
                    part -> UUID.fromString(part.getJobId()) + "/" + part.getPart().getKey(),
                    part -> part.getPart().getPayload()));
    return session
        .createNativeQuery(PARTS, Object[].class)
        .setParameter("rows", json.write(parts.stream().map(JobRows::row).toList()))
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new StoredPart(
                                uuid(row[2]),
                                (String) row[3],
                                (String) row[1],
                                payloads.get(row[0] + "/" + row[1])))
                    .toList());
  }

  private Uni<List<Changed>> update(Mutiny.Session session, String sql, List<?> rows) {
    if (rows.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return session
        .createNativeQuery(sql, Object[].class)
        .setParameter("rows", json.write(rows))
        .getResultList()
        .map(
            found ->
                found.stream()
                    .map(
                        row ->
                            new Changed(uuid(row[0]), uuid(row[1]), uuid(row[2]), (boolean) row[3]))
                    .toList());
  }

  private Map<String, Object> row(JobChanged job) {
    Map<String, Object> row = new HashMap<>();
    row.put("id", job.getJobId());
    row.put("version", job.getVersion());
    row.put("state", job.getState().name());
    row.put("attempt", job.getAttempt());
    row.put("target_id", job.getTargetId());
    row.put("device", job.getDevice());
    row.put("waiting_for", job.getWaitingFor());
    row.put("attempts", json.write(job.getAttemptsList().stream().map(JobRows::attempt).toList()));
    if (job.hasProblem()) {
      row.put("problem", json.write(ProblemJson.of(job.getProblem())));
    }
    if (!job.getResult().isEmpty()) {
      row.put("result", base64(job.getResult()));
    }
    return row;
  }

  private static Map<String, Object> row(JobProgressed progress) {
    double fraction = progress.getProgress().getFraction();
    return Map.of(
        "id", progress.getJobId(),
        "attempt", progress.getAttempt(),
        "seq", progress.getSequence(),
        "fraction", Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0, 1),
        "stage", progress.getProgress().getStage());
  }

  private static Map<String, Object> row(JobPartial part) {
    return Map.of(
        "job_id", part.getJobId(),
        "key", part.getPart().getKey(),
        "attempt", part.getAttempt(),
        "payload", base64(part.getPart().getPayload()));
  }

  private static Map<String, Object> attempt(AttemptRecord attempt) {
    Map<String, Object> view = new java.util.LinkedHashMap<>();
    view.put("number", attempt.getNumber());
    view.put("targetId", attempt.getTargetId());
    view.put("device", attempt.getDevice());
    if (attempt.hasAssignedAt()) {
      view.put("assignedAt", time(attempt.getAssignedAt()));
    }
    if (attempt.hasStartedAt()) {
      view.put("startedAt", time(attempt.getStartedAt()));
    }
    if (attempt.hasEndedAt()) {
      view.put("endedAt", time(attempt.getEndedAt()));
    }
    if (attempt.getOutcomeValue() != 0) {
      view.put("outcome", attempt.getOutcome().name().replaceFirst("^ATTEMPT_", ""));
    }
    if (attempt.hasProblem()) {
      view.put("problem", ProblemJson.of(attempt.getProblem()));
    }
    return view;
  }

  private static Instant time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  private static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static UUID uuid(Object text) {
    return text == null ? null : UUID.fromString((String) text);
  }
}
