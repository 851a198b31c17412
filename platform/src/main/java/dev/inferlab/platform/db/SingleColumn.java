package dev.inferlab.platform.db;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Native queries whose rows have one column.
 *
 * <p>Each costs Hibernate a new plan, whatever class it is told: why, and why few are kept, is said
 * at {@code query-plan-cache-max-size} in {@code microprofile-config.properties}.
 */
public final class SingleColumn {
  private SingleColumn() {}

  public static Uni<List<String>> texts(
      Mutiny.Session session, String sql, Map<String, ?> parameters) {
    return select(session, sql, parameters)
        .getResultList()
        .map(rows -> rows.stream().map(String.class::cast).toList());
  }

  /** Of the one row; null if there is none or its column is null. */
  public static Uni<String> text(Mutiny.Session session, String sql, Map<String, ?> parameters) {
    return select(session, sql, parameters).getSingleResultOrNull().map(String.class::cast);
  }

  /** Of the one row that there is. */
  public static Uni<String> oneText(Mutiny.Session session, String sql, Map<String, ?> parameters) {
    return select(session, sql, parameters).getSingleResult().map(String.class::cast);
  }

  /** Of the one row that there is. */
  public static Uni<Long> number(Mutiny.Session session, String sql, Map<String, ?> parameters) {
    return select(session, sql, parameters)
        .getSingleResult()
        .map(number -> ((Number) number).longValue());
  }

  private static Mutiny.SelectionQuery<Object> select(
      Mutiny.Session session, String sql, Map<String, ?> parameters) {
    Mutiny.SelectionQuery<Object> query = session.createNativeQuery(sql, Object.class);
    parameters.forEach(query::setParameter);
    return query;
  }
}
