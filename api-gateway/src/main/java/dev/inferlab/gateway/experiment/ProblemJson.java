package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.Violation;

/** Problems of jobs as REST shows them. */
public final class ProblemJson {
  private ProblemJson() {}

  public static ObjectNode of(Problem problem) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", problem.getCode());
    json.put("errorClass", errorClass(problem.getErrorClass()));
    json.put("detail", problem.getDetail());
    if (problem.hasLocation()) {
      Location location = problem.getLocation();
      ObjectNode place = json.putObject("location");
      if (!location.getFile().isEmpty()) {
        place.put("file", location.getFile());
      }
      if (location.getLine() > 0) {
        place.put("line", location.getLine());
      }
      if (!location.getLayer().isEmpty()) {
        place.put("layer", location.getLayer());
      }
      if (!location.getLayerType().isEmpty()) {
        place.put("layerType", location.getLayerType());
      }
    }
    if (problem.getViolationsCount() > 0) {
      ArrayNode violations = json.putArray("violations");
      for (Violation violation : problem.getViolationsList()) {
        violations
            .addObject()
            .put("path", violation.getPath())
            .put("reason", violation.getReason());
      }
    }
    return json;
  }

  private static String errorClass(ErrorClass errorClass) {
    return errorClass == ErrorClass.ABORTED ? "CANCELLED" : errorClass.name();
  }
}
