package dev.inferlab.gateway.catalog.download;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.catalog.zoo.Postprocessing;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import java.util.List;

/**
 * All that a download needs to know: an entry may change or go while it runs.
 *
 * @param files a size below 0 or no checksum: not known before
 * @param mainFiles what of the files is the model; empty: all
 * @param options of the model's import; null for a catalogue
 * @param traceParent of the request that asked for it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Plan(
    List<ZooFile> files,
    List<Postprocessing> postprocessing,
    List<String> mainFiles,
    String framework,
    JsonNode options,
    String traceParent) {
  public Plan {
    files = List.copyOf(files);
    postprocessing = List.copyOf(postprocessing);
    mainFiles = List.copyOf(mainFiles);
  }

  /** -1 if not known. */
  public long totalBytes() {
    return files.stream().anyMatch(file -> file.sizeBytes() < 0)
        ? -1
        : files.stream().mapToLong(ZooFile::sizeBytes).sum();
  }
}
