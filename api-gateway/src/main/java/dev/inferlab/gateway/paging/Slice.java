package dev.inferlab.gateway.paging;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** What part of a list is asked for that is in memory and never changes, so that positions last. */
public record Slice(Optional<String> cursor, OptionalInt limit) {

  /**
   * @param owner what the list is of
   * @param query what tells it from the owner's other lists: the filters and the sort
   */
  public <T> Page<T> of(List<T> all, UUID owner, String query) {
    String list = Cursor.list(query);
    int from = cursor.map(text -> position(text, list, owner)).orElse(0);
    List<T> rest = all.subList(Math.min(from, all.size()), all.size());
    if (limit.isEmpty() || rest.size() <= limit.getAsInt()) {
      return new Page<>(rest, null);
    }
    int next = from + limit.getAsInt();
    return new Page<>(
        rest.subList(0, limit.getAsInt()),
        new Cursor(list, Integer.toString(next), owner).encode());
  }

  private static int position(String text, String list, UUID owner) {
    Cursor position = Cursor.decode(text, list);
    if (!position.id().equals(owner) || !position.value().matches("\\d{1,9}")) {
      throw Cursor.invalid();
    }
    return Integer.parseInt(position.value());
  }
}
