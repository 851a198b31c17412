package dev.inferlab.gateway.http;

import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.util.UUID;

/** Ids in paths: what is no id names nothing, so it is answered like an id that nobody has. */
public final class PathId {
  private PathId() {}

  /**
   * {@code code} is what is answered when the text is no id, for example {@code MODEL_NOT_FOUND}.
   */
  public static UUID of(String text, ProblemCode code) {
    return Uuids.parse(text).orElseThrow(() -> notFound(code));
  }

  public static ProblemException notFound(ProblemCode code) {
    return new ProblemException(code, "Nothing has this id.");
  }
}
