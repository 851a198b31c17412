package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;

/**
 * Counts what one upload or import has unpacked so far; refuses at the limit, before it is passed.
 */
public final class UnpackBudget {
  private final ArchiveLimits limits;
  private long entries;
  private long bytes;

  public UnpackBudget(ArchiveLimits limits) {
    this.limits = limits;
  }

  ArchiveLimits limits() {
    return limits;
  }

  void takeEntries(long count) {
    entries += count;
    if (entries > limits.entries()) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_TOO_MANY_ENTRIES,
          "",
          "The upload holds more than %,d files and folders. Send it in parts."
              .formatted(limits.entries()));
    }
  }

  /** Whether {@code more} bytes would still fit, without taking them. */
  void checkBytes(long more, String entry) {
    if (more < 0 || more > limits.unpackedBytes() - bytes) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_TOO_LARGE,
          entry,
          "The upload unpacks to more than the limit of %,d bytes."
              .formatted(limits.unpackedBytes()));
    }
  }

  public void takeBytes(long more, String entry) {
    checkBytes(more, entry);
    bytes += more;
  }

  /** Refuses what no honest archive reaches. */
  void checkRatio(long packed, long unpacked, String entry) {
    if (unpacked > limits.ratioFloorBytes() && unpacked / limits.ratio() >= Math.max(1, packed)) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_TOO_LARGE,
          entry,
          "The archive unpacks to more than %d times its size. Pack it without such compression."
              .formatted(limits.ratio()));
    }
  }
}
