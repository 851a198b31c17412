package dev.inferlab.platform.inbox;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.proto.job.v1.CancelJob;
import dev.inferlab.proto.job.v1.JobCommand;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Numbered messages and what they leave: the smallest service that a test can ask whether each had
 * its effect once.
 */
@ApplicationScoped
public class Effects {
  /** A message with this number fails when it is applied. */
  public static final int POISON = 666;

  private final BatchConsumer consumer;
  private final Database database;
  private final Envelopes envelopes;

  Effects(BatchConsumer consumer, Database database, Envelopes envelopes) {
    this.consumer = consumer;
    this.database = database;
    this.envelopes = envelopes;
  }

  public OutboxMessage message(String topic, String key, int number) {
    JobCommand command =
        JobCommand.newBuilder()
            .setEnvelope(envelopes.next())
            .setCancel(CancelJob.newBuilder().setJobId(key).setReason(Integer.toString(number)))
            .build();
    return OutboxMessage.of(topic, key, command.getEnvelope(), command);
  }

  public Uni<Void> consume(Iterable<ConsumerRecord<String, byte[]>> records) {
    return consumer.consume(records, JobCommand.parser(), JobCommand::getEnvelope, this::apply);
  }

  private Uni<Void> apply(Mutiny.Session session, List<Received<JobCommand>> messages) {
    return Multi.createFrom()
        .iterable(messages)
        .onItem()
        .transformToUniAndConcatenate(each -> insert(session, each))
        .collect()
        .asList()
        .replaceWithVoid();
  }

  private static Uni<Integer> insert(Mutiny.Session session, Received<JobCommand> received) {
    int number = Integer.parseInt(received.message().getCancel().getReason());
    if (number == POISON) {
      throw new IllegalStateException("poison");
    }
    return session
        .createNativeQuery(
            "insert into effect (message_id, key, number) values (cast(:id as uuid), :key, :number)")
        .setParameter("id", received.id().toString())
        .setParameter("key", received.key())
        .setParameter("number", number)
        .executeUpdate();
  }

  /** The numbers of each key in the order of their effect. */
  public Map<String, List<Integer>> byKey() {
    List<Object[]> rows =
        database
            .inSession(
                session ->
                    session
                        .createNativeQuery(
                            "select key, number from effect order by id", Object[].class)
                        .getResultList())
            .await()
            .indefinitely();
    Map<String, List<Integer>> numbers = new TreeMap<>();
    for (Object[] row : rows) {
      numbers
          .computeIfAbsent((String) row[0], key -> new java.util.ArrayList<>())
          .add((Integer) row[1]);
    }
    return numbers;
  }

  public void clear() {
    database
        .inTransaction(
            session -> session.createNativeQuery("truncate effect, inbox, outbox").executeUpdate())
        .await()
        .indefinitely();
  }
}
