package dev.inferlab.gateway.idempotency;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;

/** The key that a client gives to a request that it may have to send again. */
public final class IdempotencyKey {
  public static final String HEADER = "Idempotency-Key";
  private static final int LONGEST = 200;

  private IdempotencyKey() {}

  public static Optional<String> of(HttpHeaders headers) {
    List<String> values = headers.getRequestHeader(HEADER);
    if (values == null || values.isEmpty()) {
      return Optional.empty();
    }
    String key = values.getFirst();
    boolean usable =
        values.size() == 1
            && !key.isBlank()
            && key.length() <= LONGEST
            && key.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    if (!usable) {
      throw new ProblemException(
          ProblemCode.IDEMPOTENCY_KEY_INVALID,
          "The key of the request cannot be used.",
          List.of(new Violation(HEADER, "must have 1 to 200 printable ASCII characters")));
    }
    return Optional.of(key);
  }
}
