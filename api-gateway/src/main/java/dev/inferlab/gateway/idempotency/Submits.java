package dev.inferlab.gateway.idempotency;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.DatabaseTrouble;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Carries out submits, each with its effect and its answer in one transaction. Of several requests
 * with one key, also at the same moment, one has an effect and all get its answer: the key's row is
 * inserted last, PostgreSQL lets the others wait for the outcome, and who finds the key taken takes
 * back what it did. So the usual request, which nobody has sent before, pays for one statement.
 */
@ApplicationScoped
public class Submits {
  private static final String REMEMBER =
      """
      insert into idempotency_key (owner, key, request, status, location, body)
      values (:owner, :key, :request, :status, :location, :body)
      on conflict do nothing
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
    return outbox
        .inTransaction(
            session ->
                work.apply(session)
                    .call(answer -> remember(session, owner, key.get(), fingerprint, answer)))
        .onFailure(failure -> !DatabaseTrouble.isAway(failure))
        .recoverWithUni(failure -> answered(owner, key.get(), fingerprint, failure));
  }

  /** Whatever the work failed of: if the request was answered before, that is the answer. */
  private Uni<Answer> answered(String owner, String key, String fingerprint, Throwable failure) {
    return database
        .inSession(session -> read(session, owner, key, fingerprint))
        .chain(
            answer ->
                answer
                    .map(it -> Uni.createFrom().item(it))
                    .orElseGet(() -> Uni.createFrom().failure(failure)));
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

  private static Uni<Void> remember(
      Mutiny.Session session, String owner, String key, String fingerprint, Answer answer) {
    return session
        .createNativeQuery(REMEMBER)
        .setParameter("owner", owner)
        .setParameter("key", key)
        .setParameter("request", fingerprint)
        .setParameter("status", answer.status())
        .setParameter("location", answer.location())
        .setParameter("body", answer.body())
        .executeUpdate()
        .chain(
            remembered ->
                remembered == 1
                    ? Uni.createFrom().voidItem()
                    : Uni.createFrom().failure(new KeyTakenException()));
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
                    "Another request was sent with this key before.",
                    List.of(new Violation("Idempotency-Key", "belongs to another request's body")));
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

  /** Rolls the work back; the answer of the request that was first is there by now. */
  private static final class KeyTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyTakenException() {
      super("the key is taken", null, false, false);
    }
  }
}
