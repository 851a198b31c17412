package dev.inferlab.scheduler.recording;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.scheduler.store.Rows;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Parts of results that outlive the attempt that made them. */
@ApplicationScoped
public class PartTable {

  /** A job may have so many; further ones are told but not kept for the next attempt. */
  private static final int MOST = 1_000;

  private static final String SAVE =
      """
      with r as (
        select * from json_to_recordset(cast(cast(:rows as text) as json)) as r(job_id uuid, key text, attempt int, payload text)),
      saved as (
        insert into result_part as p (job_id, key, attempt, payload)
        select job_id, key, attempt, decode(payload, 'base64') from r
        where (select count(*) from result_part as other where other.job_id = r.job_id) < :most
        order by job_id, key
        on conflict (job_id, key) do update set attempt = excluded.attempt, payload = excluded.payload
          where p.payload is distinct from excluded.payload
        returning p.job_id, p.key)
      select cast(row_to_json(saved) as text) from saved
      """;

  private static final String LOAD =
      """
      select cast(json_build_object('job_id', job_id, 'key', key, 'attempt', attempt,
                                    'payload', translate(encode(payload, 'base64'), chr(10), '')) as text)
      from result_part
      where job_id in (select cast(value as uuid) from json_array_elements_text(cast(cast(:ids as text) as json)))
      order by job_id, key
      """;

  @SuppressWarnings("ArrayRecordComponent") // written and read whole, never compared
  private record Row(UUID jobId, String key, int attempt, byte[] payload) {}

  private record Key(UUID jobId, String key) {}

  /** Gives those that are new or differ from what was there: only they are worth telling. */
  Uni<List<Recording.Part>> save(Mutiny.Session session, List<Recording.Part> parts) {
    if (parts.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    List<Row> rows =
        parts.stream()
            .map(
                part ->
                    new Row(
                        part.job().id(),
                        part.part().getKey(),
                        part.attempt(),
                        part.part().getPayload().toByteArray()))
            .toList();
    return Rows.list(session, Key.class, SAVE, Map.of("rows", Rows.json(rows), "most", MOST))
        .map(
            saved -> {
              Set<Key> fresh = new HashSet<>(saved);
              return parts.stream()
                  .filter(it -> fresh.contains(new Key(it.job().id(), it.part().getKey())))
                  .toList();
            });
  }

  /** What earlier attempts left. */
  public Uni<Map<UUID, List<ResultPart>>> load(Mutiny.Session session, Collection<UUID> jobIds) {
    if (jobIds.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return Rows.list(session, Row.class, LOAD, Map.of("ids", Rows.json(jobIds)))
        .map(
            rows -> {
              Map<UUID, List<ResultPart>> parts = new HashMap<>();
              for (Row row : rows) {
                parts
                    .computeIfAbsent(row.jobId(), _ -> new ArrayList<>())
                    .add(
                        ResultPart.newBuilder()
                            .setKey(row.key())
                            .setPayload(ByteString.copyFrom(row.payload()))
                            .build());
              }
              return parts;
            });
  }
}
