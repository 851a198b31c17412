package dev.inferlab.openvino;

/**
 * The OpenVINO runtime was not found, could not be loaded, or is not one that this binding fits.
 * The message says what to do.
 */
public final class NativeLibraryException extends OpenVinoException {

  private static final long serialVersionUID = 1L;

  public NativeLibraryException(String message) {
    this(message, null);
  }

  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
