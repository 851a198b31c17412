package dev.inferlab.agent.runtime;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.openvino.NativeLibraryException;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What OpenVINO says when something does not work, as problems that a user can act on. */
public final class RuntimeProblems {
  private static final int LONGEST_DETAIL = 600;
  private static final List<Pattern> LAYERS =
      List.of(
          Pattern.compile("ONNX node '<Node\\([^)]*\\): ([^>]+)>'"),
          Pattern.compile("While validating node '(?:opset\\d+::)?\\S+ ([^ ()']+)"),
          Pattern.compile(
              "(?:op|node|layer|operation) name:? '?([^'\\s,;]+)'?", Pattern.CASE_INSENSITIVE),
          Pattern.compile("(?:layer|node) with name '?([^'\\s,;]+)'?", Pattern.CASE_INSENSITIVE));
  private static final Pattern UNKNOWN_OPERATION =
      Pattern.compile(
          "does not support the following|no translator found|no conversion rule|cannot create \\S+ layer|"
              + "not supported operation|unsupported operation|is not registered in|has unsupported ops",
          Pattern.CASE_INSENSITIVE);

  private RuntimeProblems() {}

  /** The exception with the code of what was tried, or a more exact one where the message tells. */
  public static JobFailedException failure(Failure tried, String doing, OpenVinoException e) {
    if (e instanceof NativeLibraryException) {
      return Failure.RUNTIME_UNAVAILABLE.exception(e.userMessage(), e);
    }
    String message = e.userMessage();
    Failure failure = refine(tried, message.toLowerCase(Locale.ROOT));
    Problem.Builder problem = failure.problem(doing + ": " + shortened(message)).toBuilder();
    layer(message).ifPresent(name -> problem.setLocation(Location.newBuilder().setLayer(name)));
    return new JobFailedException(problem.build(), e);
  }

  private static Failure refine(Failure tried, String message) {
    if (message.contains("bad_alloc")
        || message.contains("failed to allocate")
        || message.contains("out of memory")) {
      return Failure.OUT_OF_MEMORY;
    }
    if (tried == Failure.MODEL_LOAD_FAILED && UNKNOWN_OPERATION.matcher(message).find()) {
      return Failure.MODEL_OPERATION_UNSUPPORTED;
    }
    if (tried == Failure.MODEL_COMPILE_FAILED && message.contains("propert")) {
      return Failure.PROPERTY_INVALID;
    }
    if (tried == Failure.MODEL_COMPILE_FAILED
        && message.contains("device with")
        && message.contains("not registered")) {
      return Failure.DEVICE_UNAVAILABLE;
    }
    return tried;
  }

  private static Optional<String> layer(String message) {
    for (Pattern pattern : LAYERS) {
      Matcher matcher = pattern.matcher(message);
      if (matcher.find()) {
        return Optional.of(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + "…";
  }
}
