package dev.inferlab.platform.db;

import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Tells a database that is away from one that refuses what was asked. */
public final class DatabaseTrouble {
  // SQLSTATEs of a server that starts, stops, was killed or has no connection left.
  private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300", "25006");
  private static final int LONGEST_CHAIN = 20;

  private DatabaseTrouble() {}

  /** True if the same work may succeed later without a change. */
  public static boolean isAway(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < LONGEST_CHAIN; depth++) {
      if (saysAway(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean saysAway(Throwable cause) {
    return switch (cause) {
      case PgException refused ->
          AWAY.contains(refused.getSqlState()) || refused.getSqlState().startsWith("08");
      case ClosedConnectionException closed -> true;
      case ConnectException refused -> true;
      // The pool has no better type for "no connection within the time".
      case NoStackTraceThrowable timeout ->
          timeout.getMessage() != null && timeout.getMessage().startsWith("Timeout");
      case TimeoutException timeout -> true;
      default -> false;
    };
  }
}
