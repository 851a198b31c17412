package dev.inferlab.agent.runtime;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.openvino.NativeLibraryException;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.proto.job.v1.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What OpenVINO says when something does not work, as problems that a user can act on. */
public final class RuntimeProblems {
  private static final int LONGEST_DETAIL = 600;
  private static final List<Pattern> LAYERS =
      List.of(
          Pattern.compile("ONNX node '<Node\\([^)]*\\): ([^>]+)>'"),
          Pattern.compile("Cannot create \\S+ layer (.+?) id:\\d"),
          Pattern.compile("While validating node '(?:opset\\d+::)?\\S+ ([^ ()']+)"),
          Pattern.compile(
              "(?:op|node|layer|operation) name:? '?([^'\\s,;]+)'?", Pattern.CASE_INSENSITIVE),
          Pattern.compile("(?:layer|node) with name '?([^'\\s,;]+)'?", Pattern.CASE_INSENSITIVE));

  /** Before a reader gives a node its name, OpenVINO calls it by its type and a number. */
  private static final Pattern OWN_NAME =
      Pattern.compile("While validating node '(?:opset\\d+::)?(\\w+) (\\1_\\d+)\\b");

  private static final Pattern LAYER_TYPE =
      Pattern.compile(
          "operation with type:? '?([\\w.:-]+)|validating node '(?:opset\\d+::)?(\\w+) |(?:ONNX operations?|rule found for operations?): ([\\w.]+)|translator found for (?:operation |op )?'?([\\w.:-]+)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern UNKNOWN_OPERATION =
      Pattern.compile(
          "does not support the following|no translator found|no conversion rule|cannot create \\S+ layer|"
              + "not supported operation|doesn't contain the operation with type|unsupported operation|is not registered in|has unsupported ops",
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
    layer(message).ifPresent(name -> problem.getLocationBuilder().setLayer(name));
    layerType(message).ifPresent(type -> problem.getLocationBuilder().setLayerType(type));
    return new JobFailedException(problem.build(), e);
  }

  private static Failure refine(Failure tried, String message) {
    if (message.contains("failed to allocate") || message.contains("out of memory")) {
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
        Matcher own = OWN_NAME.matcher(message);
        return own.find() && own.group(2).equals(matcher.group(1))
            ? Optional.empty()
            : Optional.of(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> layerType(String message) {
    Matcher matcher = LAYER_TYPE.matcher(message);
    if (!matcher.find()) {
      return Optional.empty();
    }
    return Stream.of(1, 2, 3, 4).map(matcher::group).filter(Objects::nonNull).findFirst();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + "…";
  }
}
