package dev.inferlab.gateway.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.JsonProblems;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/**
 * A multipart form with files and options, already on this machine's disk.
 *
 * @param options an empty object when none came
 */
public record Form(List<ReceivedFile> files, JsonNode options) {
  private static final String FILE = "file";
  private static final String BOUNDARY = "boundary";
  private static final String OPTIONS = "options";
  private static final long LONGEST_OPTIONS = 64 * 1024;

  public static Form of(MultipartFormDataInput form, HttpHeaders headers, Json json)
      throws IOException {
    requireBoundary(headers.getMediaType());
    Violations violations = new Violations();
    List<ReceivedFile> files = new ArrayList<>();
    String text = null;
    for (Map.Entry<String, Collection<FormValue>> part : form.getValues().entrySet()) {
      switch (part.getKey()) {
        case FILE -> files.addAll(files(part.getValue(), violations));
        case OPTIONS -> text = options(part.getValue(), violations);
        default -> violations.addUnknown(PlainText.shown(part.getKey(), 60));
      }
    }
    if (!form.getValues().containsKey(FILE)) {
      violations.add(FILE, JsonFields.MISSING);
    }
    violations.throwIfAny(
        ProblemCode.REQUEST_INVALID,
        "The form cannot be used: it takes parts named 'file', and one named 'options'.");
    return new Form(files, tree(text, json));
  }

  /** Without one the HTTP layer gives a form of no parts. */
  private static void requireBoundary(MediaType type) {
    String boundary = type.getParameters().get(BOUNDARY);
    if (boundary == null || boundary.isEmpty()) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID,
          "The parts of the form cannot be told apart.",
          List.of(
              new Violation(
                  HttpHeaders.CONTENT_TYPE,
                  "must name the boundary between the form's parts, as in 'multipart/form-data; boundary=…'; most clients set it when the header is left to them")));
    }
  }

  private static List<ReceivedFile> files(Collection<FormValue> parts, Violations violations) {
    List<ReceivedFile> files = new ArrayList<>();
    for (FormValue part : parts) {
      // A part without a file name stays in memory, whatever its type is.
      if (part.isFileItem() && !part.getFileItem().isInMemory()) {
        files.add(new ReceivedFile(part.getFileName(), part.getFileItem().getFile()));
      } else {
        violations.add(FILE, "must be a file, with a name");
      }
    }
    return files;
  }

  /** The part may come as a field, or as a file. */
  private static String options(Collection<FormValue> parts, Violations violations)
      throws IOException {
    if (parts.size() > 1) {
      violations.add(OPTIONS, "is given %d times".formatted(parts.size()));
      return null;
    }
    FormValue part = parts.iterator().next();
    if (!part.isFileItem()) {
      return part.getValue();
    }
    if (part.getFileItem().getFileSize() > LONGEST_OPTIONS) {
      violations.add(OPTIONS, "must not be longer than %d bytes".formatted(LONGEST_OPTIONS));
      return null;
    }
    try (InputStream bytes = part.getFileItem().getInputStream()) {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.readAllBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      violations.add(OPTIONS, "must be text in UTF-8");
      return null;
    }
  }

  private static JsonNode tree(String text, Json json) {
    if (text == null || text.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return json.parse(text);
    } catch (JsonProcessingException e) {
      throw JsonProblems.ofPart(e, OPTIONS);
    }
  }
}
