package dev.inferlab.gateway.event;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * One client's way through the log. The client pulls: nothing is read for it before it took what it
 * had, so a slow one costs a position and at most one page, and after a while its connection.
 */
final class EventStream {
  private static final int PAGE = 100;

  private final EventFeed feed;
  private final Predicate<LoggedEvent> filter;
  private final long heartbeatNanos;
  private final long patienceNanos;
  private final Runnable disconnect;
  private final AtomicReference<UniEmitter<? super Boolean>> waiting = new AtomicReference<>();
  private volatile Position position;
  private volatile long lastSent = System.nanoTime();
  private volatile boolean taken = true;
  private volatile boolean closed;

  EventStream(
      EventFeed feed,
      Position position,
      Predicate<LoggedEvent> filter,
      Duration heartbeat,
      Duration patience,
      Runnable disconnect) {
    this.feed = feed;
    this.position = position;
    this.filter = filter;
    this.heartbeatNanos = heartbeat.toNanos();
    this.patienceNanos = patience.toNanos();
    this.disconnect = disconnect;
  }

  /** What the client gets: an event, or a sign of life that carries a position. */
  sealed interface Item {
    Position position();

    /** An event that the client asked for. */
    record Event(LoggedEvent event) implements Item {
      @Override
      public Position position() {
        return event.position();
      }
    }

    /** Nothing new; the connection lives. */
    record Heartbeat(Position position) implements Item {}
  }

  Multi<Item> items() {
    Multi<Item> events =
        Multi.createBy()
            .repeating()
            .uni(this::next)
            .until(items -> closed)
            .onItem()
            .<Item>disjoint();
    return Multi.createBy()
        .concatenating()
        .streams(Multi.createFrom().<Item>item(() -> new Item.Heartbeat(position)), events)
        .onItem()
        .invoke(
            () -> {
              taken = false;
              lastSent = System.nanoTime();
            })
        .onRequest()
        .invoke(() -> taken = true)
        .onSubscription()
        .invoke(() -> feed.add(this))
        .onTermination()
        .invoke(() -> feed.remove(this));
  }

  /** A page of events, or after a quiet while a heartbeat. */
  private Uni<List<Item>> next() {
    return feed.after(position, PAGE)
        .onFailure()
        .recoverWithItem(() -> new EventFeed.Batch(List.of(), position))
        .chain(
            batch -> {
              position = batch.next();
              List<Item> items = new ArrayList<>();
              batch.events().stream().filter(filter).forEach(e -> items.add(new Item.Event(e)));
              if (!items.isEmpty()) {
                return Uni.createFrom().item(items);
              }
              // A page without an event for this client: go on at once, more may be there.
              return batch.events().isEmpty() ? quiet() : Uni.createFrom().item(items);
            });
  }

  private Uni<List<Item>> quiet() {
    return Uni.createFrom()
        .<Boolean>emitter(
            emitter -> {
              waiting.set(emitter);
              // What came between the reading and the waiting woke nobody.
              if (feed.end().isAfter(position)) {
                resume(true);
              }
            })
        .map(news -> news ? List.of() : List.of(new Item.Heartbeat(position)));
  }

  /** The feed has looked at the log. Also the place where time passes for this stream. */
  void look() {
    long idle = System.nanoTime() - lastSent;
    if (!taken && idle > patienceNanos) {
      close();
    } else if (closed || feed.end().isAfter(position)) {
      resume(true);
    } else if (idle > heartbeatNanos) {
      resume(false);
    }
  }

  void close() {
    closed = true;
    // Not left to the end of the connection, which a client that takes nothing may never notice.
    feed.remove(this);
    disconnect.run();
    resume(true);
  }

  private void resume(boolean news) {
    UniEmitter<? super Boolean> emitter = waiting.getAndSet(null);
    if (emitter != null) {
      emitter.complete(news);
    }
  }
}
