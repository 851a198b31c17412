package dev.inferlab.platform.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.platform.db.Database;
import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.id.SequentialIds;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class InboxTest {
  private static final UUID A = SequentialIds.nth(1);
  private static final UUID B = SequentialIds.nth(2);
  private static final UUID C = SequentialIds.nth(3);

  @Inject Inbox inbox;
  @Inject Database database;
  @Inject Effects effects;

  @BeforeEach
  void clear() {
    effects.clear();
  }

  @Test
  void letsAMessageThroughOnce() {
    assertThat(firstSeen(B, A, B)).isEqualTo(Set.of(A, B));
    assertThat(firstSeen(A, C)).isEqualTo(Set.of(C));
    assertThat(firstSeen()).isEmpty();
  }

  @Test
  void forgetsOnlyWhatIsOld() {
    firstSeen(A, B);
    database
        .inTransaction(
            session ->
                session
                    .createNativeQuery(
                        "update inbox set seen_at = now() - interval '10 days' where message_id = cast(:id as uuid)")
                    .setParameter("id", A.toString())
                    .executeUpdate())
        .await()
        .indefinitely();

    assertThat(inbox.prune().await().indefinitely()).isEqualTo(1);

    assertThat(firstSeen(A, B)).isEqualTo(Set.of(A));
  }

  private Set<UUID> firstSeen(UUID... ids) {
    return database
        .inTransaction(session -> inbox.firstSeen(session, List.of(ids)))
        .await()
        .indefinitely();
  }
}
