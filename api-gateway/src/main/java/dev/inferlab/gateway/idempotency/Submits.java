package dev.inferlab.gateway.idempotency;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Carries out submits, each with its effect and its answer in one transaction. Of several requests
 * with one key, also at the same moment, one has an effect and all get its answer: the key's row is
 * inserted first, and PostgreSQL lets the others wait for the outcome.
 */
@ApplicationScoped
public class Submits {
  private static final String CLAIM =
      """
      insert into idempotency_key (owner, key, request) values (:owner, :key, :request)
      on conflict do nothing
      """;
  private static final String ANSWERED =
      """
      update idempotency_key set status = :status, location = :location, body = :body
      where owner = :owner and key = :key
      """;
  private static final String READ =
      "select request, status, location, body from idempotency_key where owner = :owner and key = :key";
  private static final String FORGET =
      """
      delete from idempotency_key where created_at < now() - make_interval(secs => :seconds)
      """;

  private final Database database;
  private final Outbox outbox;

  Submits(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /**
   * @param key empty: the request is carried out whatever came before
   * @param request what tells this request from others: method, path and content
   */
  public Uni<Answer> once(
      String owner,
      Optional<String> key,
      String request,
      Function<Mutiny.Session, Uni<Answer>> work) {
    if (key.isEmpty()) {
      return outbox.inTransaction(work);
    }
    String fingerprint = sha256(request);
    return outbox.inTransaction(
        session ->
            session
                .createNativeQuery(CLAIM)
                .setParameter("owner", owner)
                .setParameter("key", key.get())
                .setParameter("request", fingerprint)
                .executeUpdate()
                .chain(
                    claimed ->
                        claimed == 1
                            ? work.apply(session)
                                .call(answer -> remember(session, owner, key.get(), answer))
                            : read(session, owner, key.get(), fingerprint)
                                .map(Optional::orElseThrow)));
  }

  /** The answer that the same request got before, if any: spares the work of reading its files. */
  public Uni<Optional<Answer>> earlier(String owner, Optional<String> key, String request) {
    return key.isEmpty()
        ? Uni.createFrom().item(Optional.empty())
        : database.inSession(session -> read(session, owner, key.get(), sha256(request)));
  }

  /** Forgets keys that are older. */
  public Uni<Integer> forget(Duration age) {
    return database.inTransaction(
        session ->
            session
                .createNativeQuery(FORGET)
                .setParameter("seconds", age.toSeconds())
                .executeUpdate());
  }

  private static Uni<Integer> remember(
      Mutiny.Session session, String owner, String key, Answer answer) {
    return session
        .createNativeQuery(ANSWERED)
        .setParameter("status", answer.status())
        .setParameter("location", answer.location())
        .setParameter("body", answer.body())
        .setParameter("owner", owner)
        .setParameter("key", key)
        .executeUpdate();
  }

  private static Uni<Optional<Answer>> read(
      Mutiny.Session session, String owner, String key, String fingerprint) {
    return session
        .createNativeQuery(READ, Object[].class)
        .setParameter("owner", owner)
        .setParameter("key", key)
        .getSingleResultOrNull()
        .map(
            row -> {
              if (row == null) {
                return Optional.empty();
              }
              if (!row[0].equals(fingerprint)) {
                throw new ProblemException(
                    ProblemCode.IDEMPOTENCY_KEY_REUSED,
                    "Another request was sent with this key before.");
              }
              return Optional.of(
                  new Answer(((Number) row[1]).intValue(), (String) row[2], (String) row[3]));
            });
  }

  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
