package dev.inferlab.gateway.event;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Follows the event log for all clients of this process: one query each time, however many clients
 * listen. Looks at once when this process wrote events, otherwise often enough for those that other
 * replicas write. Rests while nobody listens.
 */
@ApplicationScoped
public class EventFeed {
  private static final Logger LOG = Logger.getLogger(EventFeed.class);
  private static final int AT_ONCE = 1_000;
  private static final int KEPT = 10_000;

  /** Between two looks: what was written within it is read together. */
  private static final Duration BREATH = Duration.ofMillis(20);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final EventLog log;
  private final Duration poll;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final Semaphore news = new Semaphore(0);
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile RecentEvents recent;
  private Thread follower;

  EventFeed(
      EventLog log,
      @ConfigProperty(name = "inferlab.events.poll-interval", defaultValue = "100ms")
          Duration poll) {
    this.log = log;
    this.poll = poll;
  }

  /** To be called after a commit with events. Cheap, never blocks. */
  public void wake() {
    if (!streams.isEmpty() && news.availablePermits() == 0) {
      news.release();
    }
  }

  int size() {
    return streams.size();
  }

  synchronized void add(EventStream stream) {
    streams.add(stream);
    if (follower == null && stop.getCount() > 0) {
      follower = Thread.ofVirtual().name("event-feed").start(this::follow);
    }
  }

  void remove(EventStream stream) {
    streams.remove(stream);
  }

  /** Events after a position, from memory or from the log; none means: nothing new yet. */
  Uni<Batch> after(Position position, int limit) {
    RecentEvents here = recent;
    if (here == null) {
      return log.read(position, limit).map(events -> batch(position, events));
    }
    return here.after(position, limit)
        .map(events -> Uni.createFrom().item(batch(position, events)))
        .orElseGet(
            () -> {
              // Read after the base was known: what the log does not give up to it, is not there.
              Position base = here.base();
              return log.read(position, limit)
                  .map(
                      events ->
                          events.isEmpty() ? new Batch(events, base) : batch(position, events));
            });
  }

  /** Up to where the log was followed; who is not there yet has something to look at. */
  Position end() {
    RecentEvents here = recent;
    return here == null ? Position.START : here.end();
  }

  /** Some events in order, and the position to go on from. */
  record Batch(List<LoggedEvent> events, Position next) {}

  private static Batch batch(Position before, List<LoggedEvent> events) {
    return new Batch(events, events.isEmpty() ? before : events.getLast().position());
  }

  private void follow() {
    Duration pause = poll;
    boolean rung = false;
    while (!isIdle()) {
      try {
        if (recent == null) {
          recent = new RecentEvents(KEPT, log.head().await().indefinitely());
        }
        List<LoggedEvent> events = log.read(recent.end(), AT_ONCE).await().indefinitely();
        recent.add(events);
        streams.forEach(EventStream::look);
        if (events.size() == AT_ONCE) {
          continue;
        }
        // What somebody rang for is hidden as long as an older transaction runs.
        pause = rung && events.isEmpty() ? BREATH : poll;
      } catch (RuntimeException e) {
        LOG.debugf(e, "The event log cannot be read now");
        pause = LONGEST_PAUSE;
      }
      rung = await(pause);
    }
  }

  /** Gives whether somebody rang. */
  private boolean await(Duration pause) {
    try {
      if (stop.await(BREATH.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
      boolean rung = news.tryAcquire(pause.minus(BREATH).toNanos(), TimeUnit.NANOSECONDS);
      news.drainPermits();
      return rung;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized boolean isIdle() {
    if (streams.isEmpty() || stop.getCount() == 0) {
      follower = null;
      recent = null;
      return true;
    }
    return false;
  }

  void stop(@Observes ShutdownEvent event) {
    stop.countDown();
    streams.forEach(EventStream::close);
    news.release();
  }
}
