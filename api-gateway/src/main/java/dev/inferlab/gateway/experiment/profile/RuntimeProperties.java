package dev.inferlab.gateway.experiment.profile;

import dev.inferlab.gateway.json.JsonFields;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Further OpenVINO properties that a user may set. Those that an option of ours sets would
 * contradict it; those that name files or libraries would reach into the target's machine.
 */
final class RuntimeProperties {
  private static final int MOST = 32;
  private static final int LONGEST = 200;
  private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{1,79}");
  private static final Pattern FILES =
      Pattern.compile(".*(DIR|PATH|FILE|FOLDER|DUMP|LIBRARY|EXTENSION|BLOB|URI|CALLBACK).*");
  private static final Map<String, String> OURS =
      Map.of(
          "NUM_STREAMS", "streams",
          "INFERENCE_NUM_THREADS", "threads",
          "INFERENCE_PRECISION_HINT", "inferencePrecision",
          "PERFORMANCE_HINT", "auto and mode",
          "PERFORMANCE_HINT_NUM_REQUESTS", "points[].requests",
          "PERF_COUNT", "nothing: layers are always measured, in a pass of their own");

  private RuntimeProperties() {}

  static Map<String, String> read(JsonFields fields) {
    Map<String, String> properties = fields.texts("properties", MOST, LONGEST);
    for (String name : properties.keySet()) {
      String path = "properties." + name;
      if (!NAME.matcher(name).matches()) {
        fields.violation(path, "is not the name of an OpenVINO property (\"ENABLE_CPU_PINNING\")");
      } else if (OURS.containsKey(name)) {
        fields.violation(path, "is set by " + OURS.get(name));
      } else if (FILES.matcher(name).matches()) {
        fields.violation(path, "may not be set: it names files of the target's machine");
      }
    }
    return properties;
  }
}
