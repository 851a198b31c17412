package dev.inferlab.openvino;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
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
          "(?:Exception from |Check '[^']*' failed at )?(?:/[^\\s'\":]*/)?\\b(?:src|thirdparty)/[\\w./+-]+:\\d+:?\\s*");

  /** What a path begins with that is a folder's of this machine; f16/f32 and URLs are not. */
  private static final String ROOT = "(?:[A-Za-z]:[/\\\\]|\\\\\\\\|/(?!/))";

  /** Between quotes, names may hold anything. */
  private static final Pattern QUOTED_PATH =
      Pattern.compile("(?<quote>['\"])(?<path>" + ROOT + "(?:(?!\\k<quote>).)+)\\k<quote>");

  private static final String NAME = "[^\\s/\\\\'\":,;<>|()\\[\\]]+";
  private static final Pattern BARE_PATH =
      Pattern.compile(
          "(?<![^\\s'\"(\\[<=:,;|>])(?<path>" + ROOT + NAME + "(?:[/\\\\]+" + NAME + ")*[/\\\\]*)");
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
    text =
        QUOTED_PATH
            .matcher(text)
            .replaceAll(path -> literally(path.group("quote") + shown(path) + path.group("quote")));
    text = BARE_PATH.matcher(text).replaceAll(path -> literally(shown(path)));
    // C++'s whole reason is the name of the exception.
    text = text.replace("std::bad_alloc", "it ran out of memory");
    text = FUNCTION_FRAME.matcher(text).replaceAll("");
    text = text.replaceAll("\\s*\\R\\s*", " ").strip();
    return text.endsWith(":") ? text + " OpenVINO gives no reason" : text;
  }

  private static String literally(String text) {
    return Matcher.quoteReplacement(text);
  }

  /** Of a path its last name. A layer's name may look like one, but begins with no folder here. */
  private static String shown(MatchResult found) {
    String path = found.group("path");
    if (path.startsWith("/") && !beginsWithAFolder(path)) {
      return path;
    }
    path = path.replaceAll("[/\\\\]+$", "");
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  private static boolean beginsWithAFolder(String path) {
    int end = path.indexOf('/', 1);
    try {
      return Files.isDirectory(Path.of(end < 0 ? path : path.substring(0, end)));
    } catch (InvalidPathException e) {
      return true;
    }
  }
}
