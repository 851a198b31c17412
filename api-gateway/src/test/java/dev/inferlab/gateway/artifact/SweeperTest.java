package dev.inferlab.gateway.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class SweeperTest {
  @Inject ArtifactSweeper sweeper;
  @Inject ArtifactUses uses;
  @Inject ArtifactStore store;
  @Inject Database database;
  @Inject InstantSource clock;
  @Inject Vertx vertx;

  @Test
  void anArtifactGoesAfterItsLastUse() {
    Digest digest = Lab.store(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    add(first, digest);
    add(second, digest);
    release(first);
    sweep();
    assertThat(store.has(digest)).isTrue();
    release(second);
    sweeper.sweep(Duration.ofHours(1)).await().indefinitely();
    assertThat(store.has(digest)).isTrue();
    sweep();
    assertThat(store.has(digest)).isFalse();
  }

  @Test
  void whatIsUsedAgainStays() {
    Digest digest = Lab.store(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
    UUID owner = UUID.randomUUID();
    add(owner, digest);
    release(owner);
    add(UUID.randomUUID(), digest);
    sweep();
    assertThat(store.has(digest)).isTrue();
  }

  @Test
  void whatTheStoreWasAskedForJustNowStays() {
    Digest digest = garbage("2 hours");
    sweeper.sweep(Duration.ofHours(1)).await().indefinitely();
    assertThat(store.has(digest)).isTrue();
    sweep();
    assertThat(store.has(digest)).isFalse();
  }

  @Test
  void oneThatTheStoreDoesNotDeleteDoesNotKeepTheOthers() {
    // Younger than the grace time of the housekeeping that goes on beside this.
    Digest stuck = garbage("50 minutes");
    Digest behind = garbage("40 minutes");
    ArtifactStore refusing =
        (ArtifactStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("delete") && arguments[0].equals(stuck)) {
                    throw new ProblemException(
                        ProblemCode.ARTIFACT_STORE_UNAVAILABLE, "The object is locked.");
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    ArtifactSweeper ofRefusing = new ArtifactSweeper(refusing, database, clock, vertx);

    for (int round = 0; round < 2; round++) {
      ofRefusing.sweep(Duration.ZERO).await().indefinitely();
    }

    assertThat(store.has(behind)).isFalse();
    assertThat(store.has(stuck)).isTrue();
    sweep();
    assertThat(store.has(stuck)).as("when the store deletes again").isFalse();
  }

  private Digest garbage(String since) {
    Digest digest = Lab.store(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
    UUID owner = UUID.randomUUID();
    add(owner, digest);
    release(owner);
    Sql.change(
        "update gateway.artifact_garbage set since = now() - interval '%s' where sha256 = '%s'"
            .formatted(since, digest.sha256()));
    return digest;
  }

  private void add(UUID owner, Digest digest) {
    database
        .inTransaction(session -> uses.add(session, ArtifactUses.DATASET, owner, List.of(digest)))
        .await()
        .indefinitely();
  }

  private void release(UUID owner) {
    database
        .inTransaction(session -> uses.release(session, ArtifactUses.DATASET, owner))
        .await()
        .indefinitely();
  }

  private void sweep() {
    sweeper.sweep(Duration.ZERO).await().indefinitely();
  }
}
