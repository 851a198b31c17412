package dev.inferlab.gateway.paging;

import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * One list query over an entity {@code e}: conditions, a sort, and pages by key instead of by
 * offset, so that the last page costs as much as the first.
 */
public final class Listing<E> {
  private final Class<E> entity;
  private final String from;
  private final StringBuilder where = new StringBuilder();
  private final Map<String, Object> values = new LinkedHashMap<>();

  /**
   * @param from HQL after {@code from}, with the entity as {@code e}
   */
  public Listing(Class<E> entity, String from) {
    this.entity = entity;
    this.from = from;
  }

  /** Adds {@code condition} with the parameter {@code name} if there is a value. */
  public Listing<E> and(String condition, String name, Optional<?> value) {
    value.ifPresent(
        v -> {
          where.append(where.isEmpty() ? " where " : " and ").append(condition);
          values.put(name, v);
        });
    return this;
  }

  public Listing<E> and(String condition) {
    where.append(where.isEmpty() ? " where " : " and ").append(condition);
    return this;
  }

  /**
   * @param keys what the list can be sorted by
   * @param usualSort name of a key, {@code -} before it for descending
   * @param sortValue an entity's value of that key, by key name
   */
  public Uni<Page<E>> page(
      Mutiny.Session session,
      ListRequest request,
      Map<String, SortKey> keys,
      String usualSort,
      Function<E, Map<String, Object>> sortValue,
      Function<E, UUID> id) {
    int limit = request.limit();
    String sort = request.sort(keys, usualSort);
    Optional<String> cursor = request.cursor();
    request.check();
    boolean descending = sort.startsWith("-");
    String keyName = descending ? sort.substring(1) : sort;
    SortKey key = keys.get(keyName);
    String list = Cursor.list(from, where.toString(), values.toString(), sort);
    cursor
        .map(text -> Cursor.decode(text, list))
        .ifPresent(position -> after(position, key, descending));
    String order = descending ? "desc" : "asc";
    String hql =
        "select e from %s%s order by %s %s, e.id %s"
            .formatted(from, where, key.compared(key.attribute()), order, order);
    Mutiny.SelectionQuery<E> query = session.createSelectionQuery(hql, entity);
    values.forEach(query::setParameter);
    return query
        .setMaxResults(limit + 1)
        .getResultList()
        .map(rows -> page(rows, limit, list, row -> sortValue.apply(row).get(keyName), id));
  }

  private void after(Cursor cursor, SortKey key, boolean descending) {
    Object value = key.parse(cursor.value()).orElseThrow(Cursor::invalid);
    String sign = descending ? "<" : ">";
    and(
        "(%1$s %3$s %2$s or (%1$s = %2$s and e.id %3$s :cursorId))"
            .formatted(key.compared(key.attribute()), key.compared(":cursorValue"), sign));
    values.put("cursorValue", value);
    values.put("cursorId", cursor.id());
  }

  private static <E> Page<E> page(
      List<E> rows, int limit, String list, Function<E, Object> value, Function<E, UUID> id) {
    if (rows.size() <= limit) {
      return new Page<>(rows, null);
    }
    E last = rows.get(limit - 1);
    Cursor next = new Cursor(list, String.valueOf(value.apply(last)), id.apply(last));
    return new Page<>(rows.subList(0, limit), next.encode());
  }
}
