package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tensors that an ONNX model keeps in other files. A location is a path relative to the model; only
 * files of the same upload may be meant.
 */
final class OnnxExternalData {
  /** ONNX Runtime's mark of a tensor in the reading process' own memory, at any address. */
  private static final String MEMORY = "_ORT_MEM_ADDR_";

  private final Upload upload;
  private final String topology;
  private final Findings findings;
  private final Set<String> missing = new TreeSet<>();

  OnnxExternalData(Upload upload, String topology, Findings findings) {
    this.upload = upload;
    this.topology = topology;
    this.findings = findings;
  }

  /** The key-value pairs of TensorProto.external_data. */
  record Location(String path, String offset, String length) {
    static final Location NONE = new Location("", "", "");

    Location with(ProtoReader entry) throws MalformedModelException {
      String key = "";
      String value = "";
      while (entry.next()) {
        switch (entry.field()) {
          case 1 -> key = entry.text();
          case 2 -> value = entry.text();
          default -> {}
        }
      }
      if (key.equals("location") && !path.isEmpty()) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED, "a tensor has two locations", entry.payloadOffset());
      }
      return switch (key) {
        case "location" -> new Location(value, offset, length);
        case "offset" -> new Location(path, value, length);
        case "length" -> new Location(path, offset, value);
        default -> this;
      };
    }
  }

  void check(Location location, long needed, Place place) throws RefusedException {
    Optional<String> name = FileNames.resolve(Upload.folder(topology), location.path());
    if (name.isPresent() && name.get().equals(topology)) {
      findings.problem(
          ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN,
          "A tensor's values are said to be in the model's own file. Keep external data in another one.",
          place);
      return;
    }
    if (name.isEmpty() || location.path().contains(MEMORY)) {
      findings.problem(
          ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN,
          "A tensor is kept at '%s', outside the model's folder. Keep external data beside the model."
              .formatted(Place.shorten(location.path())),
          place);
      return;
    }
    Optional<FileBytes> data = upload.find(name.get());
    if (data.isEmpty()) {
      if (missing.add(name.get())) {
        findings.problem(
            ProblemCode.MODEL_FILE_MISSING,
            "The model keeps tensors in '%s', which was not uploaded. Upload it with the model."
                .formatted(Place.shorten(location.path())),
            place);
      }
      return;
    }
    findings.file(FileRole.EXTERNAL_DATA, name.get());
    checkBounds(location, needed, data.get().size(), place);
  }

  private void checkBounds(Location location, long needed, long size, Place place)
      throws RefusedException {
    long offset = number(location.offset(), 0);
    long length = number(location.length(), needed);
    if (length != needed) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "A tensor's external data has %,d bytes where its shape needs %,d. Export it again."
              .formatted(length, needed),
          place);
    } else if (offset < 0 || offset > size || length > size - offset) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_OUT_OF_BOUNDS,
          ("A tensor takes %,d bytes from byte %,d of '%s', which ends at %,d. The file is cut "
                  + "short or belongs to another model.")
              .formatted(length, offset, Place.shorten(location.path()), size),
          place);
    }
  }

  /** -1 for what is no number of zero or more. */
  private static long number(String text, long absent) {
    if (text.isEmpty()) {
      return absent;
    }
    try {
      return Math.max(-1, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
