package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.inferlab.gateway.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What an extension kind gave: JSON where it is JSON, else base64 text. */
@Schema(name = "ExtensionResults")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ExtensionResultsView(
    String kind,
    ExperimentState state,
    @Schema(implementation = Object.class) JsonNode result,
    Map<String, JsonNode> parts) {
  static ExtensionResultsView of(
      String kind, ExperimentState state, byte[] result, List<ResultPart> parts, Json json) {
    Map<String, JsonNode> shown = new TreeMap<>();
    parts.forEach(part -> shown.put(part.key, show(part.payload, json)));
    return new ExtensionResultsView(kind, state, result == null ? null : show(result, json), shown);
  }

  private static JsonNode show(byte[] bytes, Json json) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return json.tree(text);
    } catch (CharacterCodingException | IllegalStateException e) {
      return new TextNode(Base64.getEncoder().encodeToString(bytes));
    }
  }
}
