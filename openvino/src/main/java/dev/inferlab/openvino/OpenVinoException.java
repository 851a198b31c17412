package dev.inferlab.openvino;

import java.util.regex.Pattern;

/**
 * What the OpenVINO runtime, or the way to it, did not do. Unchecked: most callers can only report
 * it.
 */
public abstract sealed class OpenVinoException extends RuntimeException
    permits NativeLibraryException, NativeCallException, InferenceCancelledException {

  private static final long serialVersionUID = 1L;

  private static final Pattern SOURCE_PLACE =
      Pattern.compile(
          "(?:Exception from |Check '[^']*' failed at )?\\b(?:src|thirdparty)/[\\w./+-]+:\\d+:?\\s*");
  // A folder part may hold anything but quotes, blanks and separators; the last part, the file's
  // name, stays.
  private static final Pattern HOST_PATH =
      Pattern.compile(
          "(?:[A-Za-z]:)?(?:[/\\\\][^\\s/\\\\'\":,;<>|()]+)*[/\\\\](?=[^\\s/\\\\'\":,;<>|()]+)");
  private static final Pattern FUNCTION_FRAME =
      Pattern.compile("\\b(?:ov|dnnl|std)::[\\w:<>~]+\\s*");

  OpenVinoException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The message without folders of this machine and without places in OpenVINO's source: fit to be
   * shown to a user who is not the operator. {@link #getMessage()} is for the log.
   */
  public String userMessage() {
    String text = SOURCE_PLACE.matcher(String.valueOf(getMessage())).replaceAll("");
    text = HOST_PATH.matcher(text).replaceAll("");
    text = FUNCTION_FRAME.matcher(text).replaceAll("");
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
