package dev.inferlab.platform.loop;

import dev.inferlab.platform.db.DatabaseTrouble;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Repeats a pass whenever somebody wakes it, one at a time. A wake-up during a pass is not lost:
 * another pass follows. A pass that fails is repeated after a pause.
 *
 * <p>A pass that did much is followed, after a short pause in which more can gather, by another
 * one: under load, few large passes cost far less than many small ones; the first of few jobs never
 * waits.
 */
public final class PassLoop {

  private enum State {
    IDLE,
    RUNNING,
    RUNNING_AND_WOKEN,
    PAUSED,
    STOPPED
  }

  private static final Logger LOG = Logger.getLogger(PassLoop.class);
  private static final int MUCH = 12;
  private static final long GATHER_MILLIS = 8;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final String name;
  private final Vertx vertx;
  private final Supplier<Uni<Integer>> pass;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  /**
   * @param pass gives how much it did
   */
  public PassLoop(String name, Vertx vertx, Supplier<Uni<Integer>> pass) {
    this.name = name;
    this.vertx = vertx;
    this.pass = pass;
  }

  public void wake() {
    State before =
        state.getAndUpdate(
            now ->
                switch (now) {
                  case IDLE -> State.RUNNING;
                  case RUNNING -> State.RUNNING_AND_WOKEN;
                  case RUNNING_AND_WOKEN, PAUSED, STOPPED -> now;
                });
    if (before == State.IDLE) {
      run();
    }
  }

  public void stop() {
    state.set(State.STOPPED);
  }

  private void run() {
    Uni.createFrom().deferred(() -> pass.get()).subscribe().with(this::ended, this::failed);
  }

  private void ended(int done) {
    pauseMillis = FIRST_PAUSE_MILLIS;
    if (done >= MUCH) {
      pause(GATHER_MILLIS);
      return;
    }
    State next =
        state.updateAndGet(
            now ->
                switch (now) {
                  case RUNNING -> State.IDLE;
                  case RUNNING_AND_WOKEN -> State.RUNNING;
                  case IDLE, PAUSED, STOPPED -> now;
                });
    if (next == State.RUNNING) {
      run();
    }
  }

  private void failed(Throwable failure) {
    if (state.get() == State.STOPPED) {
      return;
    }
    if (DatabaseTrouble.isAway(failure)) {
      LOG.warnf("%s waits for the database: %s", name, DatabaseTrouble.brief(failure));
    } else {
      LOG.errorf(failure, "%s failed and is tried again", name);
    }
    pause(pauseMillis);
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private void pause(long millis) {
    State before = state.getAndUpdate(now -> now == State.STOPPED ? now : State.PAUSED);
    if (before == State.STOPPED) {
      return;
    }
    vertx.setTimer(
        millis,
        _ -> {
          if (state.compareAndSet(State.PAUSED, State.RUNNING)) {
            run();
          }
        });
  }
}
