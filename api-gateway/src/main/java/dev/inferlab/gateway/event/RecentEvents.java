package dev.inferlab.gateway.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last events, shared by all clients of this process; older ones are read from the log. Bounded
 * by number and by length, because the data of an event may be long.
 */
final class RecentEvents {
  private static final long MOST_CHARACTERS = 16_000_000;

  private final int capacity;
  private final Deque<LoggedEvent> events = new ArrayDeque<>();

  /** All events after this position, up to {@link #end}, are here. */
  private Position base;

  private Position end;
  private long characters;

  RecentEvents(int capacity, Position start) {
    this.capacity = capacity;
    this.base = start;
    this.end = start;
  }

  synchronized void add(List<LoggedEvent> more) {
    for (LoggedEvent event : more) {
      events.addLast(event);
      end = event.position();
      characters += event.data().length();
      while (events.size() > capacity || characters > MOST_CHARACTERS) {
        LoggedEvent oldest = events.removeFirst();
        characters -= oldest.data().length();
        base = oldest.position();
      }
    }
  }

  synchronized Position base() {
    return base;
  }

  synchronized Position end() {
    return end;
  }

  /** Up to {@code limit} events after a position; empty when they are not all here any more. */
  synchronized Optional<List<LoggedEvent>> after(Position position, int limit) {
    if (base.isAfter(position)) {
      return Optional.empty();
    }
    List<LoggedEvent> found = new ArrayList<>();
    for (LoggedEvent event : events) {
      if (event.position().isAfter(position)) {
        found.add(event);
        if (found.size() == limit) {
          break;
        }
      }
    }
    return Optional.of(found);
  }
}
