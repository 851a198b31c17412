package dev.inferlab.gateway.catalog;

import dev.inferlab.gateway.json.JsonFields;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Folders of this machine that may be registered, by the names that the operator gave them: a user
 * never names a path.
 */
@ApplicationScoped
class OperatorFolders {
  private final Map<String, Path> folders = new LinkedHashMap<>();

  OperatorFolders(
      @ConfigProperty(name = "inferlab.catalog.folders") Optional<List<String>> configured) {
    for (String folder : configured.orElse(List.of())) {
      String[] parts = folder.split("=", 2);
      if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
        throw new IllegalArgumentException(
            "inferlab.catalog.folders must be like 'zoo=/srv/zoo,other=/srv/other'");
      }
      folders.put(parts[0].strip(), Path.of(parts[1].strip()));
    }
  }

  Optional<Path> path(String name) {
    return Optional.ofNullable(folders.get(name));
  }

  /** The name of one of them, as a request gives it. */
  Optional<String> choice(JsonFields fields, String field) {
    if (folders.isEmpty() && fields.raw(field) != null) {
      fields.violation(
          field,
          "no folder can be registered: the operator has named none (inferlab.catalog.folders)");
      return Optional.empty();
    }
    return fields.choice(field, folders.keySet());
  }
}
