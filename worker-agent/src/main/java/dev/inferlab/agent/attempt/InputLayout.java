package dev.inferlab.agent.attempt;

import dev.inferlab.agent.artifact.ArtifactCache;
import dev.inferlab.agent.artifact.ArtifactTransfer;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.job.v1.FileRef;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings a job's input files here and lays them out in a private folder, under the paths that the
 * job gives them.
 */
final class InputLayout implements AutoCloseable {
  private static final int LONGEST_PATH = 512;

  private final Map<String, ArtifactCache.Pinned> files = new LinkedHashMap<>();

  /** Fetches all inputs; they stay in the cache until this is closed. */
  void fetch(List<FileRef> inputs, ArtifactTransfer transfer)
      throws JobFailedException, InterruptedException {
    for (FileRef input : inputs) {
      check(input.getPath());
      if (files.containsKey(input.getPath())) {
        throw invalid("Two input files of the job have the same path.");
      }
      files.put(input.getPath(), transfer.fetch(input.getDigest()));
    }
  }

  /**
   * Puts them into the folder: hard links to the cache's read-only files, or copies across file
   * systems.
   */
  void layOut(Path folder) throws IOException, JobFailedException {
    for (var file : files.entrySet()) {
      Path target = folder.resolve(file.getKey());
      try {
        Files.createDirectories(target.getParent());
        link(file.getValue().path(), target);
      } catch (FileAlreadyExistsException e) {
        throw invalid("An input file of the job has the path of a folder of another.");
      }
    }
  }

  private static void link(Path source, Path target) throws IOException {
    try {
      Files.createLink(target, source);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(source, target);
    }
  }

  private static void check(String path) throws JobFailedException {
    if (path.isEmpty()
        || path.length() > LONGEST_PATH
        || path.indexOf('\0') >= 0
        || path.indexOf('\\') >= 0) {
      throw invalid("An input file of the job has a path that cannot be used.");
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.length() > 255) {
        throw invalid(
            "An input file of the job has a path that leads outside of the job's folder.");
      }
    }
  }

  private static JobFailedException invalid(String detail) {
    return Failure.JOB_INPUT_INVALID.exception(detail);
  }

  @Override
  public void close() {
    new ArrayList<>(files.values()).forEach(ArtifactCache.Pinned::close);
    files.clear();
  }
}
