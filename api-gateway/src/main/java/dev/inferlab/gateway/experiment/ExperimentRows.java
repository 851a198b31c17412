package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.event.NewEvent;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.proto.job.v1.JobState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Lets experiments follow their jobs. */
@ApplicationScoped
class ExperimentRows {
  private static final String LOCK =
      """
      select cast(id as text), cast(project_id as text), kind from experiment
      where id in (select cast(value as uuid) from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
      order by id for no key update
      """;
  // After the locks: a statement sees what was committed before it began.
  private static final String JOBS =
      """
      select cast(experiment_id as text), state, attempt, progress, stage, waiting_for, problem,
             target_id, device
      from job
      where experiment_id in
        (select cast(value as uuid) from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
      order by experiment_id, created_at, id
      """;
  private static final String UPDATE =
      """
      update experiment set
        state = r.state, progress = r.progress, stage = r.stage, updated_at = r.now,
        finished_at = case when r.final then coalesce(experiment.finished_at, r.now) end
      from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
        id uuid, state text, progress float8, stage text, now timestamptz, final boolean)
      where experiment.id = r.id
      """;

  private final Json json;
  private final InstantSource clock;

  ExperimentRows(Json json, InstantSource clock) {
    this.json = json;
    this.clock = clock;
  }

  private record JobLine(
      UUID experimentId,
      JobState state,
      int attempt,
      double progress,
      String stage,
      String waitingFor,
      String problem,
      String targetId,
      String device) {}

  private record Row(
      UUID id, ExperimentState state, double progress, String stage, Instant now, boolean isFinal) {
    Map<String, Object> columns() {
      return Map.of(
          "id",
          id,
          "state",
          state,
          "progress",
          progress,
          "stage",
          stage,
          "now",
          now,
          "final",
          isFinal);
    }
  }

  /**
   * @param stated experiments with a job whose state changed
   * @param moved experiments with a job that made progress
   */
  Uni<List<NewEvent>> follow(Mutiny.Session session, Set<UUID> stated, Set<UUID> moved) {
    Set<UUID> all = new HashSet<>(stated);
    all.addAll(moved);
    if (all.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    String ids = json.write(all);
    return query(session, LOCK, ids)
        .chain(
            experiments ->
                query(session, JOBS, ids)
                    .chain(jobs -> follow(session, experiments, jobs, stated)));
  }

  private Uni<List<NewEvent>> follow(
      Mutiny.Session session, List<Object[]> experiments, List<Object[]> jobs, Set<UUID> stated) {
    Map<UUID, List<JobLine>> lines =
        jobs.stream()
            .map(ExperimentRows::line)
            .collect(Collectors.groupingBy(JobLine::experimentId));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Map<String, Object>> rows = new ArrayList<>();
    List<NewEvent> events = new ArrayList<>();
    for (Object[] experiment : experiments) {
      UUID id = UUID.fromString((String) experiment[0]);
      List<JobLine> ofThis = lines.getOrDefault(id, List.of());
      Row row = row(id, ofThis, now);
      rows.add(row.columns());
      String type = stated.contains(id) ? NewEvent.EXPERIMENT_STATE : NewEvent.EXPERIMENT_PROGRESS;
      events.add(NewEvent.ofExperiment(type, id, data(experiment, row, ofThis)));
    }
    return session
        .createNativeQuery(UPDATE)
        .setParameter("rows", json.write(rows))
        .executeUpdate()
        .replaceWith(events);
  }

  private static Row row(UUID id, List<JobLine> jobs, Instant now) {
    ExperimentState state = ExperimentState.of(jobs.stream().map(JobLine::state).toList());
    double progress =
        state == ExperimentState.SUCCEEDED
            ? 1
            : jobs.stream().mapToDouble(JobLine::progress).average().orElse(0);
    String stage =
        state == ExperimentState.RUNNING
            ? jobs.stream()
                .filter(job -> !ExperimentState.isFinal(job.state()))
                .map(JobLine::stage)
                .findFirst()
                .orElse("")
            : "";
    return new Row(id, state, progress, stage, now, state.isFinal());
  }

  private String data(Object[] experiment, Row row, List<JobLine> jobs) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("experimentId", row.id().toString());
    data.put("projectId", (String) experiment[1]);
    data.put("kind", (String) experiment[2]);
    data.put("state", row.state().name());
    data.put("progress", row.progress());
    if (!row.stage().isEmpty()) {
      data.put("stage", row.stage());
    }
    if (!jobs.isEmpty()) {
      JobLine job = jobs.getLast();
      data.put("attempt", job.attempt());
      if (!job.targetId().isEmpty()) {
        data.put("targetId", job.targetId());
        data.put("device", job.device());
      }
      if (!job.waitingFor().isEmpty() && row.state() == ExperimentState.QUEUED) {
        data.put("waitingFor", job.waitingFor());
      }
      if (job.problem() != null) {
        data.set("problem", json.tree(job.problem()));
      }
    }
    return json.write(data);
  }

  private static JobLine line(Object[] row) {
    return new JobLine(
        UUID.fromString((String) row[0]),
        JobState.valueOf((String) row[1]),
        ((Number) row[2]).intValue(),
        ((Number) row[3]).doubleValue(),
        (String) row[4],
        (String) row[5],
        (String) row[6],
        (String) row[7],
        (String) row[8]);
  }

  private static Uni<List<Object[]>> query(Mutiny.Session session, String sql, String ids) {
    return session.createNativeQuery(sql, Object[].class).setParameter("ids", ids).getResultList();
  }
}
