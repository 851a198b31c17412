package dev.inferlab.openvino;

/** The run was cancelled, by {@link InferRequest#cancel()} or because its request was closed. */
public final class InferenceCancelledException extends OpenVinoException {

  private static final long serialVersionUID = 1L;

  InferenceCancelledException(String message) {
    super(message, null);
  }
}
