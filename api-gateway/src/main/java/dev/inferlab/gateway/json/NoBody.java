package dev.inferlab.gateway.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.platform.problem.JsonProblems;
import dev.inferlab.platform.problem.ProblemCode;
import java.nio.charset.StandardCharsets;

/** The body of a call that takes none: empty, or an empty object. */
public final class NoBody {
  private NoBody() {}

  /** Refuses options that would be ignored. */
  public static void check(byte[] body, Json json) {
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      return;
    }
    Violations violations = new Violations();
    JsonFields.of(tree(text, json), "", violations).refuseUnknown();
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "This call takes no body.");
  }

  private static JsonNode tree(String text, Json json) {
    try {
      return json.parse(text);
    } catch (JsonProcessingException e) {
      throw JsonProblems.of(e);
    }
  }
}
