package dev.inferlab.scheduler.loop;

import dev.inferlab.scheduler.store.Trouble;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Repeats a pass whenever somebody wakes it, one at a time. A wake-up during a pass is not lost:
 * another pass follows. A pass that fails is repeated after a pause.
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
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final String name;
  private final Vertx vertx;
  private final Supplier<Uni<Boolean>> pass;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  /**
   * @param pass gives true if there is more to do at once
   */
  public PassLoop(String name, Vertx vertx, Supplier<Uni<Boolean>> pass) {
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

  private void ended(boolean more) {
    pauseMillis = FIRST_PAUSE_MILLIS;
    State next =
        state.updateAndGet(
            now ->
                switch (now) {
                  case RUNNING -> more ? State.RUNNING : State.IDLE;
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
    if (Trouble.passes(failure)) {
      LOG.warnf("%s waits for the database: %s", name, Trouble.brief(failure));
    } else {
      LOG.errorf(failure, "%s failed and is tried again", name);
    }
    state.set(State.PAUSED);
    long pause = pauseMillis;
    pauseMillis = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    vertx.setTimer(
        pause,
        _ -> {
          if (state.compareAndSet(State.PAUSED, State.RUNNING)) {
            run();
          }
        });
  }
}
