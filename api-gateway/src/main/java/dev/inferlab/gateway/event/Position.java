package dev.inferlab.gateway.event;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in the event log, written {@code <transaction>-<id>}: the id of a server-sent event.
 * Events are ordered by the transaction that wrote them, then by their number.
 */
record Position(long transaction, long id) implements Comparable<Position> {
  static final Position START = new Position(0, 0);
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::transaction).thenComparingLong(Position::id);

  /** "0" is the start of what is kept. */
  static Optional<Position> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(START);
    }
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Position(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
        : Optional.empty();
  }

  boolean isAfter(Position other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return transaction + "-" + id;
  }
}
