package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.gateway.json.JsonFields;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a model's indices mean: a list of names, or the name of a list that is known elsewhere. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@Schema(name = "Labels", description = "Either names, by index from 0, or the name of a set")
public record Labels(List<String> names, String set) {
  private static final int MOST = 50_000;
  private static final int LONGEST = 200;

  static Labels read(JsonFields fields) {
    Labels labels =
        new Labels(
            fields.textList("names", MOST, LONGEST), fields.text("set", LONGEST).orElse(null));
    fields.refuseUnknown();
    if (fields.has("names") == fields.has("set")) {
      fields.violation("names", "give either 'names' or 'set'");
    }
    return labels;
  }
}
