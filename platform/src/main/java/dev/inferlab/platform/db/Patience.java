package dev.inferlab.platform.db;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Repeats database work, with growing pauses and without end, unless its data is to blame. */
public final class Patience {
  private static final Logger LOG = Logger.getLogger(Patience.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private Patience() {}

  /**
   * Fails only with what {@link DatabaseTrouble#isFaultOfData} blames, or when this process ends.
   *
   * @param what does the work, as the log names it
   */
  public static <T> Uni<T> untilPossible(String what, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(work::get)
        .onFailure(Patience::mayPass)
        .invoke(failure -> tell(what, failure))
        .onFailure(Patience::mayPass)
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  private static boolean mayPass(Throwable failure) {
    return !DatabaseTrouble.isFaultOfData(failure);
  }

  /** What nobody thought of is told with all that is known of it. */
  private static void tell(String what, Throwable failure) {
    if (DatabaseTrouble.isAway(failure)) {
      LOG.warnf("%s waits for the database: %s", what, DatabaseTrouble.brief(failure));
    } else {
      LOG.errorf(failure, "%s failed and is tried again until it succeeds", what);
    }
  }
}
