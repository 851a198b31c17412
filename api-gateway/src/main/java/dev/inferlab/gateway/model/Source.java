package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Where something that describes a model comes from.
 *
 * @param confidence of a guess, 0 to 1
 * @param reason of a guess, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Source")
public record Source(
    @Schema(enumeration = {"given", "guessed"}) String source, Double confidence, String reason) {
  static final String GUESSED = "guessed";
  static final Source GIVEN = new Source("given", null, null);
}
