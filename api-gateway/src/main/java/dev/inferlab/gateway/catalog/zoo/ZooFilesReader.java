package dev.inferlab.gateway.catalog.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.archive.EntryName;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.platform.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads which files a {@code model.yml} names, and where each is to be had. */
final class ZooFilesReader {
  private static final int MOST_FILES = 2_000;

  private final Violations problems;
  private final Violations warnings;

  ZooFilesReader(Violations problems, Violations warnings) {
    this.problems = problems;
    this.warnings = warnings;
  }

  List<ZooFile> read(JsonFields fields) {
    List<ZooFile> files = new ArrayList<>();
    Set<String> names = new HashSet<>();
    if (!fields.has("files")) {
      problems.add("files", "is missing");
    }
    for (JsonFields file : fields.objects("files", MOST_FILES)) {
      String fileName = name(file, "name");
      if (!names.add(fileName)) {
        file.violation("name", "is there twice");
      }
      JsonNode size = file.raw("size");
      if (size == null || !size.isIntegralNumber() || size.longValue() < 0) {
        file.violation("size", "must be a number of bytes");
      }
      Optional<Checksum> checksum = file.text("checksum", 200).flatMap(Checksum::of);
      if (checksum.isEmpty()) {
        file.violation("checksum", "must be a SHA-384 or SHA-256 in hexadecimal");
      }
      JsonNode source = file.raw("source");
      file.raw("original_source");
      String url = null;
      Pypi pypi = null;
      if (source != null && source.isTextual()) {
        url = source.textValue();
      } else if (source != null && source.isObject()) {
        JsonFields typed = JsonFields.of(source, file.path("source"), problems);
        String type = typed.requiredText("$type", 50);
        switch (type) {
          case "http" -> url = typed.requiredText("url", 2_000);
          case "pypi" -> pypi = pypi(typed);
          default ->
              typed.violation(
                  "$type",
                  "'%s' is not fetched here; http and pypi are".formatted(EntryName.shown(type)));
        }
        if (url != null || pypi != null) {
          typed.refuseUnknown();
        }
      } else {
        file.violation("source", "must be an address, or an object with '$type'");
      }
      if (url != null) {
        String at = file.path("source");
        WebAddress.fault(url).ifPresent(fault -> problems.add(at, fault));
      }
      ZooModelReader.warnUnknown(file, warnings);
      files.add(
          new ZooFile(
              fileName,
              size == null ? 0 : Math.max(0, size.longValue()),
              checksum.orElse(null),
              url,
              pypi));
    }
    return files;
  }

  /** The name of a file below the entry's folder. */
  static String name(JsonFields fields, String field) {
    String text = fields.requiredText(field, 1_000);
    try {
      return text.isEmpty() ? "" : EntryName.check(text);
    } catch (ProblemException e) {
      fields.violation(field, e.detail());
      return "";
    }
  }

  private Pypi pypi(JsonFields fields) {
    Pypi pypi =
        new Pypi(
            fields.requiredText("package", 200),
            fields.requiredText("version", 100),
            fields.requiredText("file", 300),
            name(fields, "path"),
            fields.requiredText("sha256", 64));
    // These become arguments of the index's client: nothing in them may look like an option.
    require(fields, "package", pypi.project(), "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    require(fields, "version", pypi.version(), "[A-Za-z0-9][A-Za-z0-9.!+_-]*");
    require(
        fields,
        "file",
        pypi.wheel(),
        "[A-Za-z0-9][A-Za-z0-9._+!-]*-[A-Za-z0-9._]+-[A-Za-z0-9._]+-[A-Za-z0-9._]+\\.whl");
    require(fields, "sha256", pypi.sha256(), "[0-9a-f]{64}");
    return pypi;
  }

  private static void require(JsonFields fields, String field, String value, String form) {
    if (!value.isEmpty() && !value.matches(form)) {
      fields.violation(field, "has not the form that it needs");
    }
  }
}
