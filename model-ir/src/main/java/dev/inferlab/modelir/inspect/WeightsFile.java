package dev.inferlab.modelir.inspect;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the weights that belong to a topology by their names. */
final class WeightsFile {
  private WeightsFile() {}

  /**
   * The file in the topology's folder with the same stem and this extension; else the only file of
   * the upload with this extension.
   */
  static Optional<String> beside(Upload upload, String topology, String extension) {
    String expected = Upload.folder(topology) + Upload.stem(topology) + extension;
    if (upload.find(expected).isPresent()) {
      return Optional.of(expected);
    }
    List<String> candidates =
        upload.names().stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(extension))
            .toList();
    return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
  }
}
