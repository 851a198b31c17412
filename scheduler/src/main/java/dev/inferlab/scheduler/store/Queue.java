package dev.inferlab.scheduler.store;

import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.placement.QueuedJob;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Reads the heads of all lanes; its cost does not grow with the queue or with what is finished. */
public final class Queue {

  /**
   * Walks the index from lane to lane instead of reading it. Every lane gets its part of the rows:
   * else the first ones, full of jobs for busy targets, would hide the jobs of idle targets.
   */
  private static final String HEADS =
      """
      with recursive lanes(lane, number) as (
        (select lane, 1 from job where state = 'QUEUED' and ready_at is null order by lane limit 1)
        union all
        select (select next.lane from job as next
                where next.state = 'QUEUED' and next.ready_at is null and next.lane > lanes.lane
                order by next.lane limit 1), number + 1
        from lanes where lanes.lane is not null and number < :most)
      select cast(row_to_json(head) as text) from (
        select heads.* from lanes cross join lateral (
          select id, sequence, kind, owner, priority, target_id, device, labels, exclusive, waiting_for,
                 extract(epoch from clock_timestamp() - queued_at) as waited
          from job where state = 'QUEUED' and ready_at is null and job.lane = lanes.lane
          order by sequence
          limit greatest(1, least(:each, :most / (select count(lane) from lanes)))) as heads
        where lanes.lane is not null
        limit :most) as head
      """;

  private static final int MOST = 5_000;

  private Queue() {}

  /**
   * @param waited for so many seconds
   * @param waitingFor as it was told last
   */
  public record Head(
      UUID id,
      long sequence,
      String kind,
      String owner,
      int priority,
      UUID targetId,
      String device,
      Map<String, String> labels,
      boolean exclusive,
      String waitingFor,
      double waited) {

    public QueuedJob job() {
      return new QueuedJob(
          id, sequence, kind, owner, priority, new Demand(targetId, device, labels, exclusive));
    }
  }

  /**
   * @param each at most so many of each lane
   */
  public static Uni<List<Head>> heads(Mutiny.Session session, int each) {
    return Rows.list(session, Head.class, HEADS, Map.of("each", each, "most", MOST));
  }
}
