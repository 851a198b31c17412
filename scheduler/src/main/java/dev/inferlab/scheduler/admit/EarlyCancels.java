package dev.inferlab.scheduler.admit;

import dev.inferlab.scheduler.store.Rows;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Cancels that overtook their submit. */
final class EarlyCancels {

  private static final String REMEMBER =
      """
      insert into early_cancel (job_id, reason)
      select job_id, reason from json_to_recordset(cast(cast(:rows as text) as json)) as r(job_id uuid, reason text) order by job_id
      on conflict do nothing
      """;

  private static final String TAKE =
      """
      with taken as (
        delete from early_cancel
        where job_id in (select cast(value as uuid) from json_array_elements_text(cast(cast(:ids as text) as json)))
        returning job_id, reason)
      select cast(row_to_json(taken) as text) from taken
      """;

  private EarlyCancels() {}

  private record Row(UUID jobId, String reason) {}

  static Uni<Void> remember(Mutiny.Session session, Map<UUID, String> cancels) {
    if (cancels.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Row> rows =
        cancels.entrySet().stream().map(it -> new Row(it.getKey(), it.getValue())).toList();
    return Rows.update(session, REMEMBER, Map.of("rows", Rows.json(rows))).replaceWithVoid();
  }

  /** Those for these jobs; they are then forgotten. */
  static Uni<Map<UUID, String>> take(Mutiny.Session session, Collection<UUID> jobIds) {
    if (jobIds.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return Rows.list(session, Row.class, TAKE, Map.of("ids", Rows.json(jobIds)))
        .map(
            rows -> {
              Map<UUID, String> cancels = new HashMap<>();
              rows.forEach(row -> cancels.put(row.jobId(), row.reason()));
              return cancels;
            });
  }
}
