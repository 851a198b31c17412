package dev.inferlab.gateway.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/**
 * A multipart form with files and options, already on this machine's disk.
 *
 * @param options an empty object when none came
 */
public record Form(List<ReceivedFile> files, JsonNode options) {
  private static final long LONGEST_OPTIONS = 64 * 1024;

  /**
   * @param uploads all parts that came as files; {@code options} may be one of them
   * @param options the part of this name that came as a field, or null
   */
  public static Form of(List<FileUpload> uploads, String options, Json json) throws IOException {
    Violations violations = new Violations();
    List<ReceivedFile> files = new ArrayList<>();
    String text = options;
    for (FileUpload upload : uploads) {
      if (upload.name().equals("file")) {
        files.add(new ReceivedFile(upload.fileName(), upload.uploadedFile()));
      } else if (upload.name().equals("options") && upload.size() <= LONGEST_OPTIONS) {
        text = Files.readString(upload.uploadedFile());
      } else {
        violations.add("form", "takes parts named 'file' and one named 'options' only");
      }
    }
    if (files.isEmpty()) {
      violations.add("file", "is missing");
    }
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The form cannot be used.");
    return new Form(files, tree(text, json));
  }

  private static JsonNode tree(String text, Json json) {
    if (text == null || text.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return json.tree(text);
    } catch (IllegalStateException e) {
      throw new ProblemException(
          ProblemCode.JSON_MALFORMED, "The form's part 'options' is no JSON.", e);
    }
  }
}
