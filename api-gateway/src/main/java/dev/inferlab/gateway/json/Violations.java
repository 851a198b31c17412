package dev.inferlab.gateway.json;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a request, so that a user learns all of it at once. */
public final class Violations {
  /** More than these help nobody, and a hostile body could have millions. */
  private static final int MOST = 50;

  private final List<Violation> found = new ArrayList<>();
  private int unknownFields;

  public void add(String path, String reason) {
    if (found.size() < MOST) {
      found.add(new Violation(path, reason));
    }
  }

  /** A field that nobody asks for, the only fault that has a code of its own. */
  public void addUnknown(String path) {
    unknownFields += found.size() < MOST ? 1 : 0;
    add(path, JsonFields.UNKNOWN);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Violation> list() {
    return List.copyOf(found);
  }

  /**
   * Does nothing when nothing was found. Where a request is not valid for unknown fields alone, the
   * code says that.
   */
  public void throwIfAny(ProblemCode code, String detail) {
    if (!found.isEmpty()) {
      boolean unknown = code == ProblemCode.REQUEST_INVALID && unknownFields == found.size();
      throw new ProblemException(unknown ? ProblemCode.JSON_UNKNOWN_FIELD : code, detail, list());
    }
  }
}
