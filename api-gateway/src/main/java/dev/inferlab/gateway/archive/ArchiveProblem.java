package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;

/** Refusals of archives; the place is the entry's name as far as it can be shown. */
final class ArchiveProblem {
  private ArchiveProblem() {}

  /** {@code entry} is empty when the archive as a whole is meant. */
  static ProblemException of(ProblemCode code, String entry, String detail) {
    return entry.isEmpty()
        ? new ProblemException(code, detail)
        : new ProblemException(code, detail, Location.ofFile(EntryName.shown(entry)));
  }
}
