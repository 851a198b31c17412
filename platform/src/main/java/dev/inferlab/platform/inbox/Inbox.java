package dev.inferlab.platform.inbox;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.kafka.Topics;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Makes the effect of a message happen once: a message that is in the inbox has had its effect,
 * because both were committed together.
 */
@ApplicationScoped
public class Inbox {
  /**
   * For how long a repeated message is recognised: longer than Kafka can give it again, with a day
   * for a broker that is slow to delete.
   */
  public static final Duration MEMORY = Topics.RETENTION.plus(Topics.SEGMENT).plusDays(1);

  // Sorted, so that two consumers with the same messages wait for each other instead of
  // dead-locking.
  private static final String INSERT =
      """
      insert into inbox (message_id)
      select distinct cast(value as uuid) as id
      from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)) order by id
      on conflict do nothing
      returning cast(message_id as text)
      """;
  private static final int PRUNE_AT_ONCE = 10_000;
  private static final String PRUNE =
      """
      delete from inbox where message_id in
        (select message_id from inbox where seen_at < now() - make_interval(secs => :seconds) limit %d)
      """
          .formatted(PRUNE_AT_ONCE);

  private final Database database;

  Inbox(Database database) {
    this.database = database;
  }

  /**
   * Remembers the messages in the session's transaction and gives those that were not known before:
   * only they may have an effect, in this same transaction.
   */
  public Uni<Set<UUID>> firstSeen(Mutiny.Session session, Collection<UUID> messageIds) {
    if (messageIds.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    JsonArray ids = new JsonArray(messageIds.stream().map(UUID::toString).toList());
    return SingleColumn.texts(session, INSERT, Map.of("ids", ids.encode()))
        .map(fresh -> fresh.stream().map(UUID::fromString).collect(Collectors.toUnmodifiableSet()));
  }

  /** Forgets messages older than {@link #MEMORY}, in small transactions. Gives how many. */
  Uni<Integer> prune() {
    return database
        .inTransaction(
            session ->
                session
                    .createNativeQuery(PRUNE)
                    .setParameter("seconds", MEMORY.toSeconds())
                    .executeUpdate())
        .chain(
            deleted ->
                deleted < PRUNE_AT_ONCE
                    ? Uni.createFrom().item(deleted)
                    : prune().map(more -> deleted + more));
  }
}
