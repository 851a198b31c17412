package dev.inferlab.platform.outbox;

import dev.inferlab.platform.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * How a service says something to the others: as rows of the transaction that makes it true. The
 * {@link OutboxRelay} publishes them afterwards, at least once and per topic and key in the order
 * of appending ({@link KafkaPublisher} has the one exception).
 *
 * <p>The order of two transactions for one key is the order of their {@code append} calls, so
 * append after the row that the key names is locked or written, not before.
 */
@ApplicationScoped
public class Outbox {
  // Through text, because the driver would send a String for a jsonb parameter as one JSON string.
  // One parameter and one statement for any number of messages: cached by Hibernate and PostgreSQL
  // alike.
  private static final String INSERT =
      """
      insert into outbox (message_id, topic, key, trace_parent, payload)
      select cast(m ->> 'i' as uuid), m ->> 't', m ->> 'k', m ->> 'p', decode(m ->> 'b', 'base64')
      from jsonb_array_elements(cast(cast(:messages as text) as jsonb)) with ordinality as e(m, position)
      order by position
      """;

  private final Database database;
  private final RelayWake relay;

  Outbox(Database database, RelayWake relay) {
    this.database = database;
    this.relay = relay;
  }

  /**
   * Adds messages to the session's transaction. They are published some milliseconds after it
   * commits.
   */
  public Uni<Void> append(Mutiny.Session session, OutboxMessage... messages) {
    return append(session, List.of(messages));
  }

  /** Adds messages, in the collection's order, to the session's transaction. */
  public Uni<Void> append(Mutiny.Session session, Collection<OutboxMessage> messages) {
    if (messages.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createNativeQuery(INSERT)
        .setParameter("messages", json(messages))
        .executeUpdate()
        .replaceWithVoid();
  }

  /**
   * To be called after a commit: the relay then looks at once instead of at its next poll. Cheap,
   * never blocks.
   */
  public void wake() {
    relay.wake();
  }

  /** Runs the work in a transaction of its own and wakes the relay when it has committed. */
  public <T> Uni<T> inTransaction(Function<Mutiny.Session, Uni<T>> work) {
    return database.inTransaction(work).invoke(relay::wake);
  }

  private static String json(Collection<OutboxMessage> messages) {
    Base64.Encoder base64 = Base64.getEncoder();
    JsonArray rows = new JsonArray();
    for (OutboxMessage message : messages) {
      JsonObject row =
          new JsonObject()
              .put("i", message.messageId().toString())
              .put("t", message.topic())
              .put("k", message.key())
              .put("b", base64.encodeToString(message.payload().toByteArray()));
      if (!message.traceParent().isEmpty()) {
        row.put("p", message.traceParent());
      }
      rows.add(row);
    }
    return rows.encode();
  }
}
