package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.idempotency.Answer;
import java.util.Optional;

/** Begins imports of models that lie at a web address. */
public interface UrlImports {
  /**
   * Blocking.
   *
   * @param body {@code {url, options}}
   */
  Answer begin(String owner, Optional<String> key, JsonNode body);
}
