package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import dev.inferlab.platform.id.Ids;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The downloads' rows. Whether a lease has run out is the database's clock to say; every write
 * names the holder, so a process that lost its lease changes nothing.
 */
@ApplicationScoped
class AcquisitionRows {
  static final Duration LEASE = Duration.ofSeconds(30);

  private static final String ADD =
      """
      insert into acquisition (id, model_id, source_id, plan, total_bytes)
      values (:id, cast(cast(:model as text) as uuid), cast(cast(:source as text) as uuid), :plan,
              nullif(cast(:total as bigint), -1))
      """;
  // A try counts as failed from its beginning: one that ends the process could not count itself.
  private static final String CLAIM =
      """
      update acquisition set holder = :holder, lease_until = now() + make_interval(secs => :lease),
                             failures = failures + 1, tries = tries + 1
      where id = (select id from acquisition
                  where next_at <= now() and (lease_until is null or lease_until < now())
                  order by next_at limit 1 for update skip locked)
      returning cast(id as text), cast(model_id as text), cast(source_id as text), plan, tries,
                failures, look_ups,
                cast(extract(epoch from now() - created_at) as float8)
      """;
  private static final String RENEW =
      """
      update acquisition set lease_until = now() + make_interval(secs => :lease), received_bytes = :bytes
      where id = :id and holder = :holder
      """;
  private static final String LATER =
      """
      update acquisition set trouble = :trouble, failures = failures - :looked_up,
                             look_ups = case when :looked_up = 1 then look_ups + 1 else 0 end,
                             holder = null, lease_until = null,
                             next_at = now() + make_interval(secs => :pause)
      where id = :id and holder = :holder
      """;
  private static final String RELEASE =
      """
      update acquisition set holder = null, lease_until = null, failures = failures - 1,
                             tries = tries - 1
      where id = :id and holder = :holder
      """;
  private static final String FINISH =
      "delete from acquisition where id = :id and holder = :holder";
  private static final String THERE = "select cast(id as text) from acquisition";

  private final Database database;
  private final Ids ids;
  private final Json json;

  AcquisitionRows(Database database, Ids ids, Json json) {
    this.database = database;
    this.ids = ids;
    this.json = json;
  }

  /**
   * A download that this process works on.
   *
   * @param tries with this one; also those at which a process died count
   * @param failures likewise, without tries at which a host's name was not found
   * @param lookUps tries in a row, just before this one, at which a host's name was not found
   * @param ageSeconds since it was asked for
   */
  record Claim(
      UUID id,
      UUID holder,
      Optional<UUID> model,
      Optional<UUID> source,
      Plan plan,
      int tries,
      int failures,
      int lookUps,
      double ageSeconds) {}

  Uni<Void> add(Mutiny.Session session, UUID model, UUID source, Plan plan) {
    return session
        .flush()
        .chain(
            () ->
                session
                    .createNativeQuery(ADD)
                    .setParameter("id", ids.next())
                    .setParameter("model", model == null ? null : model.toString())
                    .setParameter("source", source == null ? null : source.toString())
                    .setParameter("plan", json.write(plan))
                    .setParameter("total", plan.totalBytes())
                    .executeUpdate())
        .replaceWithVoid();
  }

  Uni<Optional<Claim>> claim() {
    UUID holder = ids.next();
    return database
        .inTransaction(
            session ->
                session
                    .createNativeQuery(CLAIM, Object[].class)
                    .setParameter("holder", holder)
                    .setParameter("lease", LEASE.toSeconds())
                    .getResultList())
        .map(rows -> rows.stream().findFirst().map(row -> claim(holder, row)));
  }

  private Claim claim(UUID holder, Object[] row) {
    return new Claim(
        UUID.fromString((String) row[0]),
        holder,
        Optional.ofNullable((String) row[1]).map(UUID::fromString),
        Optional.ofNullable((String) row[2]).map(UUID::fromString),
        json.read((String) row[3], Plan.class),
        ((Number) row[4]).intValue(),
        ((Number) row[5]).intValue(),
        ((Number) row[6]).intValue(),
        ((Number) row[7]).doubleValue());
  }

  /** False if the lease is lost, or the download no longer wanted. */
  Uni<Boolean> renew(Claim claim, long receivedBytes) {
    return database.inTransaction(
        session ->
            session
                .createNativeQuery(RENEW)
                .setParameter("lease", LEASE.toSeconds())
                .setParameter("bytes", receivedBytes)
                .setParameter("id", claim.id())
                .setParameter("holder", claim.holder())
                .executeUpdate()
                .map(changed -> changed == 1));
  }

  /**
   * The try is over, and the next one comes after the pause.
   *
   * @param lookUp whether it only came to ask for a host's name
   */
  Uni<Integer> later(Claim claim, String trouble, boolean lookUp, Duration pause) {
    return database.inTransaction(
        session ->
            session
                .createNativeQuery(LATER)
                .setParameter("trouble", trouble)
                .setParameter("looked_up", lookUp ? 1 : 0)
                .setParameter("pause", pause.toMillis() / 1000.0)
                .setParameter("id", claim.id())
                .setParameter("holder", claim.holder())
                .executeUpdate());
  }

  /** The process ends before the try does, which is no failure and does not count. */
  Uni<Integer> release(Claim claim) {
    return database.inTransaction(
        session ->
            session
                .createNativeQuery(RELEASE)
                .setParameter("id", claim.id())
                .setParameter("holder", claim.holder())
                .executeUpdate());
  }

  /**
   * To be called in the transaction of the outcome, which fails if somebody else holds the lease.
   */
  Uni<Void> finish(Mutiny.Session session, Claim claim) {
    return session
        .createNativeQuery(FINISH)
        .setParameter("id", claim.id())
        .setParameter("holder", claim.holder())
        .executeUpdate()
        .invoke(
            removed -> {
              if (removed != 1) {
                throw new LeaseLostException();
              }
            })
        .replaceWithVoid();
  }

  Uni<Set<UUID>> all() {
    return database
        .inSession(session -> SingleColumn.texts(session, THERE, Map.of()))
        .map(ids -> ids.stream().map(UUID::fromString).collect(Collectors.toSet()));
  }

  /** Somebody else goes on, or the model was deleted. */
  static final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLostException() {
      super("the download's lease is lost", null, false, false);
    }
  }
}
