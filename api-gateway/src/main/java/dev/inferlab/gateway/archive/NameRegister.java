package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Refuses two names of one upload that some file system would take for the same file: equal, equal
 * but for case or Unicode form, or a file where another name needs a folder.
 */
public final class NameRegister {
  private final Map<String, Kind> seen = new HashMap<>();

  private enum Kind {
    FILE,
    FOLDER
  }

  public void file(String name) {
    String key = key(name);
    if (seen.putIfAbsent(key, Kind.FILE) != null) {
      throw collision(name);
    }
    parents(key, name);
  }

  void folder(String name) {
    if (name.isEmpty()) {
      return;
    }
    String key = key(name);
    if (seen.put(key, Kind.FOLDER) == Kind.FILE) {
      throw collision(name);
    }
    parents(key, name);
  }

  private void parents(String key, String name) {
    for (int slash = key.lastIndexOf('/'); slash > 0; slash = key.lastIndexOf('/', slash - 1)) {
      Kind before = seen.put(key.substring(0, slash), Kind.FOLDER);
      if (before == Kind.FILE) {
        throw collision(name);
      }
      if (before == Kind.FOLDER) {
        return;
      }
    }
  }

  private static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  private static ProblemException collision(String name) {
    return ArchiveProblem.of(
        ProblemCode.ARCHIVE_ENTRY_DUPLICATE,
        EntryName.shown(name),
        "Two files of the upload have the same name (case and accents written differently count as"
            + " the same). Rename one.");
  }
}
