package dev.inferlab.platform.problem;

/** The codes of what the HTTP layer itself refuses. */
final class HttpStatuses {
  private HttpStatuses() {}

  static ProblemCode code(int status) {
    return switch (status) {
      case 401 -> ProblemCode.NOT_AUTHENTICATED;
      case 403 -> ProblemCode.FORBIDDEN;
      case 404 -> ProblemCode.NOT_FOUND;
      case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
      case 406 -> ProblemCode.NOT_ACCEPTABLE;
      case 409 -> ProblemCode.CONFLICT;
      case 410 -> ProblemCode.GONE;
      case 412 -> ProblemCode.PRECONDITION_FAILED;
      case 413 -> ProblemCode.PAYLOAD_TOO_LARGE;
      case 415 -> ProblemCode.MEDIA_TYPE_UNSUPPORTED;
      case 416 -> ProblemCode.RANGE_INVALID;
      case 429 -> ProblemCode.TOO_MANY_REQUESTS;
      case 501 -> ProblemCode.NOT_IMPLEMENTED;
      case 503 -> ProblemCode.OVERLOADED;
      default -> status < 500 ? ProblemCode.REQUEST_INVALID : ProblemCode.INTERNAL;
    };
  }

  /** The exception's own text may name classes: users get a sentence of ours. */
  static String detail(ProblemCode code) {
    return switch (code) {
      case NOT_FOUND -> "Nothing is found at this path, or a part of the path has the wrong form.";
      case REQUEST_INVALID -> "A parameter, header or the body does not have the expected form.";
      default -> code.title() + ".";
    };
  }
}
