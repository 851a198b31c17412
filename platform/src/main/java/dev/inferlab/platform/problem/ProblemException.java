package dev.inferlab.platform.problem;

import java.util.List;
import java.util.Optional;

/**
 * Something that the user (of REST, or of the agents' endpoint) is told. The texts are for them: no
 * internal path, host or class name in any.
 */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemCode code;
  private final transient List<Violation> violations;
  private final transient Location location;

  /**
   * @param detail what happened in this case, in one or two sentences
   */
  public ProblemException(ProblemCode code, String detail) {
    this(code, detail, List.of(), null, null);
  }

  public ProblemException(ProblemCode code, String detail, Throwable cause) {
    this(code, detail, List.of(), null, cause);
  }

  public ProblemException(ProblemCode code, String detail, List<Violation> violations) {
    this(code, detail, violations, null, null);
  }

  public ProblemException(ProblemCode code, String detail, Location location) {
    this(code, detail, List.of(), location, null);
  }

  public ProblemException(
      ProblemCode code,
      String detail,
      List<Violation> violations,
      Location location,
      Throwable cause) {
    super(detail, cause);
    this.code = code;
    this.violations = List.copyOf(violations);
    this.location = location;
  }

  public ProblemCode code() {
    return code;
  }

  public String detail() {
    return getMessage();
  }

  public List<Violation> violations() {
    return violations == null ? List.of() : violations;
  }

  public Optional<Location> location() {
    return Optional.ofNullable(location);
  }
}
