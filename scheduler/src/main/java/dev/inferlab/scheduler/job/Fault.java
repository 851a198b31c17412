package dev.inferlab.scheduler.job;

import dev.inferlab.proto.job.v1.ErrorClass;
import java.util.List;

/**
 * Why an attempt or a job did not succeed, told so that a user can act on it.
 *
 * @param errorClass decides whether another attempt makes sense
 * @param code registered in docs/errors.md
 * @param file where in the user's input the cause lies; empty if that does not apply
 * @param line from 1; 0 if that does not apply
 * @param layer of the model; empty if that does not apply
 * @param layerType as the model's format names it; empty if that does not apply
 * @param violations every option that does not fit, if options are the cause
 */
public record Fault(
    ErrorClass errorClass,
    String code,
    String detail,
    String file,
    int line,
    String layer,
    String layerType,
    List<Misfit> violations) {

  /** One option that does not fit. */
  public record Misfit(String path, String reason) {}

  public Fault {
    // Rows of an older version have neither.
    layerType = layerType == null ? "" : layerType;
    violations = violations == null ? List.of() : List.copyOf(violations);
  }

  public static Fault of(ErrorClass errorClass, String code, String detail) {
    return new Fault(errorClass, code, detail, "", 0, "", "", List.of());
  }

  static Fault leaseLost() {
    return of(
        ErrorClass.TRANSIENT,
        "LEASE_EXPIRED",
        "The lab and the target's agent did not reach each other while it had this job, for longer"
            + " than a lease lasts: one of them was down, restarted or cut off.");
  }

  static Fault handedBack(String reason) {
    return of(
        ErrorClass.TRANSIENT,
        "TARGET_UNAVAILABLE",
        reason.isEmpty()
            ? "The agent gave the job back."
            : "The agent gave the job back: " + reason);
  }

  public static Fault cancelled(String reason) {
    return of(
        ErrorClass.ABORTED,
        "JOB_CANCELLED",
        reason.isEmpty() ? "The job was cancelled." : "The job was cancelled: " + reason);
  }
}
