package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.idempotency.Answer;
import java.util.Optional;

/** Begins imports of models that a catalogue offers. */
public interface CatalogImports {
  /**
   * Blocking.
   *
   * @param body {@code {catalogEntry, options}}
   */
  Answer begin(String owner, Optional<String> key, JsonNode body);
}
