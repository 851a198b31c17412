package dev.inferlab.scheduler.store;

import dev.inferlab.platform.db.DatabaseTrouble;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Tells failures that pass by themselves from those that stay. */
public final class Trouble {

  private static final Logger LOG = Logger.getLogger(Trouble.class);
  // Serialization failure, deadlock, lock not available, idle in transaction for too long, shutdown
  // and restart.
  private static final Set<String> PASSING =
      Set.of("40001", "40P01", "55P03", "25P03", "57P01", "57P02", "57P03", "53300");
  private static final int LONGEST_CHAIN = 20;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private Trouble() {}

  public static boolean passes(Throwable failure) {
    return DatabaseTrouble.isAway(failure) || causes(failure).anyMatch(Trouble::passesAlone);
  }

  /** Hibernate makes SQLExceptions of the client's; some come as they are. */
  private static boolean passesAlone(Throwable failure) {
    return switch (failure) {
      case PgException refused -> PASSING.contains(String.valueOf(refused.getSqlState()));
      case SQLException refused -> PASSING.contains(String.valueOf(refused.getSQLState()));
      // A connection that broke.
      case IOException broken -> true;
      default -> false;
    };
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(LONGEST_CHAIN);
  }

  public static String brief(Throwable failure) {
    return causes(failure).reduce((_, cause) -> cause).orElse(failure).toString();
  }

  /** Repeats work, with growing pauses, while its failure is one that passes. */
  public static <T> Uni<T> untilPossible(String what, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(() -> work.get())
        .onFailure(Trouble::passes)
        .invoke(failure -> LOG.warnf("%s waits for the database: %s", what, brief(failure)))
        .onFailure(Trouble::passes)
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }
}
