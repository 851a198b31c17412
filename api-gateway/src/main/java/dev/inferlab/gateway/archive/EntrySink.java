package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;

/** Takes the files of an archive, one after the other. */
@FunctionalInterface
public interface EntrySink {
  /**
   * @param name checked, relative, unique in the upload
   * @param content ends with the file; reading on checks limits and check sums, and may throw
   *     {@link ProblemException}
   */
  void file(String name, InputStream content) throws IOException;
}
