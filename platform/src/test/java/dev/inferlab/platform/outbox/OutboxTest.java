package dev.inferlab.platform.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class OutboxTest {
  @Inject Outbox outbox;
  @Inject Database database;
  @Inject Ids ids;

  @BeforeEach
  void empty() {
    database
        .inTransaction(session -> session.createNativeQuery("delete from outbox").executeUpdate())
        .await()
        .indefinitely();
  }

  @Test
  void keepsOrderAndBytesOfWhatWasAppended() {
    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    OutboxMessage first =
        new OutboxMessage(ids.next(), "t", "k", "00-trace", ByteString.copyFrom(everyByte));
    OutboxMessage second = new OutboxMessage(ids.next(), "t", "'\"ключ", "", ByteString.EMPTY);

    outbox.inTransaction(session -> outbox.append(session, first, second)).await().indefinitely();

    List<StoredMessage> rows = rows();
    assertThat(rows)
        .extracting(row -> row.messageId)
        .containsExactly(first.messageId(), second.messageId());
    assertThat(rows).extracting(row -> row.key).containsExactly("k", "'\"ключ");
    assertThat(rows).extracting(row -> row.traceParent).containsExactly("00-trace", null);
    assertThat(rows.getFirst().payload).isEqualTo(everyByte);
    assertThat(rows.getLast().payload).isEmpty();
  }

  @Test
  void aRolledBackTransactionSaysNothing() {
    OutboxMessage message = new OutboxMessage(ids.next(), "t", "k", "", ByteString.EMPTY);

    assertThatThrownBy(
            () ->
                outbox
                    .inTransaction(
                        session ->
                            outbox
                                .append(session, message)
                                .chain(
                                    () ->
                                        Uni.createFrom().failure(new IllegalStateException("no"))))
                    .await()
                    .indefinitely())
        .hasMessage("no");

    assertThat(rows()).isEmpty();
  }

  private List<StoredMessage> rows() {
    return database
        .inSession(
            session ->
                session
                    .createSelectionQuery("from StoredMessage order by id", StoredMessage.class)
                    .getResultList())
        .await()
        .indefinitely();
  }
}
