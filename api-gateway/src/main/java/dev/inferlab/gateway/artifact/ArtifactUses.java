package dev.inferlab.gateway.artifact;

import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.artifact.Digest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Who uses which artifact. A use is written before the artifact itself, under a lock that the
 * sweeper takes too: so what is in use is never swept away.
 */
@ApplicationScoped
public class ArtifactUses {
  public static final String STAGING = "STAGING";
  public static final String UPLOAD = "UPLOAD";
  public static final String MODEL = "MODEL";
  public static final String DATASET = "DATASET";
  public static final String EXPERIMENT = "EXPERIMENT";

  // Locked in one order by everybody.
  private static final String LOCK =
      """
      select count(pg_advisory_xact_lock_shared(hashtextextended('inferlab.artifact.' || sha256, 0)))
      from (select distinct r.sha256
            from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (sha256 text)
            order by r.sha256) as digests
      """;
  private static final String ADD =
      """
      insert into artifact_use (sha256, owner_kind, owner_id, size_bytes)
      select distinct r.sha256, r.kind, r.owner, r.size
      from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (sha256 text, kind text, owner uuid, size bigint)
      on conflict do nothing
      """;
  private static final String RELEASE =
      """
      with gone as (
        delete from artifact_use where owner_kind = :kind and owner_id in
          (select cast(value as uuid) from jsonb_array_elements_text(cast(cast(:owners as text) as jsonb)))
        returning sha256, size_bytes)
      insert into artifact_garbage (sha256, size_bytes)
      select distinct on (sha256) sha256, size_bytes from gone
      on conflict (sha256) do update set since = now()
      """;

  private final Json json;

  ArtifactUses(Json json) {
    this.json = json;
  }

  /** One use, under the names that the statements expect. */
  public record Use(String sha256, String kind, UUID owner, long size) {}

  public Uni<Void> add(
      Mutiny.Session session, String kind, UUID owner, Collection<Digest> digests) {
    return add(
        session,
        digests.stream()
            .map(digest -> new Use(digest.sha256(), kind, owner, digest.sizeBytes()))
            .toList());
  }

  public Uni<Void> add(Mutiny.Session session, Collection<Use> uses) {
    if (uses.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    String rows = json.write(uses.stream().sorted(Comparator.comparing(Use::sha256)).toList());
    return session
        .createNativeQuery(LOCK, Object.class)
        .setParameter("rows", rows)
        .getSingleResult()
        .chain(() -> session.createNativeQuery(ADD).setParameter("rows", rows).executeUpdate())
        .replaceWithVoid();
  }

  /** Ends all uses of an owner. What nobody else uses is swept after a while. */
  public Uni<Void> release(Mutiny.Session session, String kind, UUID owner) {
    return release(session, kind, List.of(owner));
  }

  public Uni<Void> release(Mutiny.Session session, String kind, Collection<UUID> owners) {
    if (owners.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createNativeQuery(RELEASE)
        .setParameter("kind", kind)
        .setParameter("owners", json.write(owners))
        .executeUpdate()
        .replaceWithVoid();
  }
}
