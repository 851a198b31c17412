package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The mapped files of one upload by their normalised names, and what looking at them may cost. */
final class Upload {
  private final NavigableMap<String, FileBytes> files;
  private final Limits limits;
  private final Budget budget;

  Upload(Map<String, FileBytes> files, Limits limits) {
    this.files = new TreeMap<>(files);
    this.limits = limits;
    this.budget = new Budget(limits.steps(), limits.keptBytes());
  }

  Set<String> names() {
    return files.keySet();
  }

  Optional<FileBytes> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  FileBytes get(String name) {
    return find(name).orElseThrow();
  }

  /**
   * The weights that belong to a topology by their name: the file in its folder with the same stem
   * and this extension; else the only file of the upload with this extension.
   */
  Optional<String> beside(String topology, String extension) {
    String expected = folder(topology) + stem(topology) + extension;
    if (files.containsKey(expected)) {
      return Optional.of(expected);
    }
    List<String> candidates =
        names().stream().filter(name -> name.toLowerCase(Locale.ROOT).endsWith(extension)).toList();
    return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
  }

  Limits limits() {
    return limits;
  }

  Budget budget() {
    return budget;
  }

  /** The folder part of a name with its slash, or empty. */
  static String folder(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /** A name without its folder and its last extension. */
  static String stem(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    return dot <= 0 ? file : file.substring(0, dot);
  }
}
