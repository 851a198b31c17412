package dev.inferlab.platform.db;

import com.fasterxml.jackson.core.JacksonException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The one place that says whose fault a failure of database work is. There are two questions, and
 * what lies between their answers is nobody's proven fault: it is tried again, never given up.
 */
public final class DatabaseTrouble {
  // SQLSTATEs, by class where all of it is meant:
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  // 08 connection; 40 rolled back (deadlock, serialization); 53 out of resources; 57 stopped by an
  // operator; 58 the server's
  // own I/O. Alone: a lock that was not free, an idle transaction that was ended, a server that is
  // read-only while it starts.
  private static final Set<String> AWAY_CLASSES = Set.of("08", "40", "53", "57", "58");
  private static final Set<String> AWAY = Set.of("55P03", "25P03", "25006");
  // 21 two rows where one may be; 22 a value that does not fit; 23 a constraint; 54 too large for a
  // row or an index.
  private static final Set<String> DATA_CLASSES = Set.of("21", "22", "23", "54");
  private static final String OURS = "dev.inferlab.";
  private static final int LONGEST_CHAIN = 20;

  private DatabaseTrouble() {}

  /** True if the same work may succeed later without a change. */
  public static boolean isAway(Throwable failure) {
    return causes(failure).anyMatch(DatabaseTrouble::saysAway);
  }

  /**
   * True if it is proven that the same work can never succeed, because of the data that it is
   * about: PostgreSQL refused a value, or our own code did not know what to do with it. Only such
   * work may be given up (a dead letter, a refused update). All else, also what nobody thought of,
   * is not proven: a pool that closes at shutdown has many ways to say so.
   */
  public static boolean isFaultOfData(Throwable failure) {
    return !isAway(failure) && causes(failure).anyMatch(DatabaseTrouble::blamesData);
  }

  /** The last cause, for a line in the log. */
  public static String brief(Throwable failure) {
    return causes(failure).reduce((before, cause) -> cause).orElse(failure).toString();
  }

  private static boolean saysAway(Throwable cause) {
    return switch (cause) {
      case PgException refused -> isAwayState(refused.getSqlState());
      // Hibernate makes these of the client's; some come as they are.
      case SQLException refused -> isAwayState(refused.getSQLState());
      // The client: no connection within the time, a pool or connection that is closed.
      case VertxException closed -> true;
      case NoStackTraceThrowable closed -> true;
      case IllegalStateException closed -> saysClosed(closed.getMessage());
      case SocketException broken -> true;
      case ClosedChannelException broken -> true;
      case TimeoutException late -> true;
      default -> false;
    };
  }

  private static boolean isAwayState(String state) {
    return state != null
        && (AWAY.contains(state) || state.length() == 5 && AWAY_CLASSES.contains(classOf(state)));
  }

  private static boolean saysClosed(String message) {
    return message != null
        && (message.startsWith("Connection is not active") || message.contains("Pool closed"));
  }

  private static boolean blamesData(Throwable cause) {
    return switch (cause) {
      case PgException refused -> isDataState(refused.getSqlState());
      case SQLException refused -> isDataState(refused.getSQLState());
      case InvalidProtocolBufferException unreadable -> true;
      case JacksonException unreadable -> true;
      // Ours by its frames, but it says that something stops or is busy.
      case RejectedExecutionException stopping -> false;
      case RuntimeException any -> isThrownByUs(any);
      default -> false;
    };
  }

  private static boolean isDataState(String state) {
    return state != null && state.length() == 5 && DATA_CLASSES.contains(classOf(state));
  }

  private static String classOf(String state) {
    return state.substring(0, 2);
  }

  /**
   * Our code has no way to fail but by what it is given; what drivers, Hibernate and the container
   * throw has many.
   */
  private static boolean isThrownByUs(RuntimeException failure) {
    return Arrays.stream(failure.getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
        .findFirst()
        .map(name -> name.startsWith(OURS))
        .orElse(false);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(LONGEST_CHAIN);
  }
}
