package dev.inferlab.openvino;

/** A C function answered with an error status. */
public final class NativeCallException extends OpenVinoException {

  private static final long serialVersionUID = 1L;

  private final Status status;
  private final String operation;

  NativeCallException(Status status, String operation, String detail) {
    super("%s failed (%s): %s".formatted(operation, status, detail), null);
    this.status = status;
    this.operation = operation;
  }

  /**
   * The runtime's own class of error. Most of its checks answer {@link Status#GENERAL_ERROR} and
   * say more in the message.
   */
  public Status status() {
    return status;
  }

  /** What was tried, in words. */
  public String operation() {
    return operation;
  }
}
