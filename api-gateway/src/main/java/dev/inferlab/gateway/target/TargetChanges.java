package dev.inferlab.gateway.target;

import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.proto.job.v1.TargetChanged;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Writes what the scheduler says about targets; a version that is not newer changes nothing. */
@ApplicationScoped
public class TargetChanges {
  private static final String UPSERT =
      """
      insert into target (id, version, name, state, labels, devices, resources, agent_version,
                          runtime_version, job_kinds, last_seen, forgotten, created_at)
      select id, version, name, state, labels, devices, resources, agent_version,
             runtime_version, job_kinds, last_seen, forgotten, now()
      from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
        id uuid, version bigint, name text, state text, labels text, devices text, resources text,
        agent_version text, runtime_version text, job_kinds text, last_seen timestamptz,
        forgotten boolean)
      order by id
      on conflict (id) do update set
        version = excluded.version, name = excluded.name, state = excluded.state,
        labels = excluded.labels, devices = excluded.devices, resources = excluded.resources,
        agent_version = excluded.agent_version, runtime_version = excluded.runtime_version,
        job_kinds = excluded.job_kinds, last_seen = excluded.last_seen,
        forgotten = excluded.forgotten
      where target.version < excluded.version
      returning cast(id as text)
      """;

  private final Json json;

  TargetChanges(Json json) {
    this.json = json;
  }

  private record Row(
      UUID id,
      long version,
      String name,
      String state,
      String labels,
      String devices,
      String resources,
      String agent_version,
      String runtime_version,
      String job_kinds,
      Instant last_seen,
      boolean forgotten) {}

  /**
   * @param changes at most one for each target
   * @return ids of the targets that changed
   */
  public Uni<List<UUID>> apply(Mutiny.Session session, Collection<TargetChanged> changes) {
    if (changes.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    String rows = json.write(changes.stream().map(this::row).toList());
    return SingleColumn.texts(session, UPSERT, Map.of("rows", rows))
        .map(ids -> ids.stream().map(UUID::fromString).toList());
  }

  /** What server-sent events say about the change. */
  public String event(TargetChanged change) {
    return json.write(view(change));
  }

  private TargetView view(TargetChanged change) {
    Row row = row(change);
    return new TargetView(
        row.id(),
        row.name(),
        row.forgotten() ? "FORGOTTEN" : row.state(),
        row.labels(),
        row.devices(),
        row.resources(),
        row.agent_version(),
        row.runtime_version(),
        row.job_kinds(),
        row.last_seen());
  }

  private Row row(TargetChanged change) {
    Instant lastSeen =
        change.hasLastSeen()
            ? Instant.ofEpochSecond(
                change.getLastSeen().getSeconds(), change.getLastSeen().getNanos())
            : null;
    return new Row(
        UUID.fromString(change.getTargetId()),
        change.getVersion(),
        change.getName(),
        change.getState().name(),
        json.write(change.getLabelsMap()),
        json.write(change.getDevicesList().stream().map(Device::of).toList()),
        json.write(Resources.of(change.getResources())),
        change.getAgentVersion(),
        change.getRuntimeVersion(),
        json.write(List.copyOf(change.getJobKindsList())),
        lastSeen,
        change.getForgotten());
  }
}
