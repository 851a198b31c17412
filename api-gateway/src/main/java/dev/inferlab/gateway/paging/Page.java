package dev.inferlab.gateway.paging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param nextCursor for the part after it; absent at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> items, String nextCursor) {
  public <R> Page<R> map(Function<T, R> view) {
    return new Page<>(items.stream().map(view).toList(), nextCursor);
  }
}
