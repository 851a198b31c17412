package dev.inferlab.scheduler.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.inferlab.platform.db.SingleColumn;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Statements whose parameters and rows are JSON texts of records: a batch is one parameter and one
 * statement, however large.
 */
public final class Rows {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Rows() {}

  /** Rows of one JSON column each. */
  public static <T> Uni<List<T>> list(
      Mutiny.Session session, Class<T> type, String sql, Map<String, ?> parameters) {
    return SingleColumn.texts(session, sql, parameters)
        .map(rows -> rows.stream().map(row -> read(row, type)).toList());
  }

  /** Exactly one row of one JSON column. */
  public static <T> Uni<T> one(
      Mutiny.Session session, Class<T> type, String sql, Map<String, ?> parameters) {
    return SingleColumn.oneText(session, sql, parameters).map(row -> read(row, type));
  }

  public static Uni<Integer> update(Mutiny.Session session, String sql, Map<String, ?> parameters) {
    Mutiny.Query<?> query = session.createNativeQuery(sql);
    parameters.forEach(query::setParameter);
    return query.executeUpdate();
  }

  public static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A row cannot be written", e);
    }
  }

  private static <T> T read(String row, Class<T> type) {
    try {
      return JSON.readValue(row, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A row cannot be read", e);
    }
  }
}
