package dev.inferlab.gateway.experiment.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.proto.job.v1.ProfilePoint;
import dev.inferlab.proto.job.v1.ProfileResult;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A profile's results, complete or so far.
 *
 * @param environment absent until the job has ended
 */
@Schema(name = "ProfileResults")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProfileResultsView(
    String kind, String state, List<PointView> points, EnvironmentView environment) {

  /**
   * @param options as stored with the experiment
   * @param measured by index
   * @param result the job's, or null
   */
  public static ProfileResultsView of(
      String state,
      com.fasterxml.jackson.databind.JsonNode options,
      Map<Integer, ProfilePoint> measured,
      byte[] result)
      throws InvalidProtocolBufferException {
    List<Point> sweep = ProfileRequest.read(options, "options", new Violations()).sweep();
    String pending = state.equals("SUCCEEDED") || state.equals("FAILED") ? "CANCELLED" : state;
    List<PointView> points =
        sweep.stream()
            .map(
                point -> {
                  ProfilePoint done = measured.get(point.index());
                  return done == null
                      ? PointView.pending(point, pending.equals("RUNNING") ? "QUEUED" : pending)
                      : PointView.of(done);
                })
            .toList();
    EnvironmentView environment = null;
    if (result != null) {
      ProfileResult parsed = ProfileResult.parseFrom(result);
      environment = parsed.hasEnvironment() ? EnvironmentView.of(parsed.getEnvironment()) : null;
    }
    return new ProfileResultsView(ProfileKind.NAME, state, points, environment);
  }
}
