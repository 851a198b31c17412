package dev.inferlab.agent.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Java VM wrote when native code brought it down, as far as a user may read it. */
final class CrashReport {
  private static final Pattern SIGNAL = Pattern.compile("#\\s+(SIG[A-Z]+) \\(0x");
  private static final Pattern FRAME = Pattern.compile("# [A-Za-z]\\s+\\[([A-Za-z0-9._+-]+)\\+0x");
  private static final Pattern NO_MEMORY = Pattern.compile("# There is insufficient memory");

  private CrashReport() {}

  /** For example "SIGSEGV in libopenvino_intel_cpu_plugin.so"; nothing if no report was written. */
  static Optional<String> read(Path errorFile) {
    List<String> head =
        ProcFs.read(errorFile).map(text -> text.lines().limit(40).toList()).orElse(List.of());
    String signal = null;
    String library = null;
    for (String line : head) {
      if (NO_MEMORY.matcher(line).find()) {
        return Optional.of("out of memory");
      }
      Matcher signalMatcher = SIGNAL.matcher(line);
      if (signal == null && signalMatcher.find()) {
        signal = signalMatcher.group(1);
      }
      Matcher frame = FRAME.matcher(line);
      if (library == null && frame.find()) {
        library = frame.group(1);
      }
    }
    if (signal == null) {
      return Optional.empty();
    }
    return Optional.of(library == null ? signal : signal + " in " + library);
  }
}
