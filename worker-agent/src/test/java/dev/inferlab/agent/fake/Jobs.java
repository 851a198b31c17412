package dev.inferlab.agent.fake;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.Placement;
import java.time.Duration;

/** Assignments for tests. */
public final class Jobs {
  private Jobs() {}

  public static Assignment.Builder assignment(String id, String kind, String options) {
    return Assignment.newBuilder()
        .setJob(spec(id, kind, "TEST.0").setOptions(ByteString.copyFromUtf8(options)))
        .setAttempt(1)
        .setDevice("TEST.0");
  }

  public static com.google.protobuf.Duration duration(Duration time) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(time.getSeconds())
        .setNanos(time.getNano())
        .build();
  }

  public static Assignment.Builder exclusive(String id, String kind, String options) {
    Assignment.Builder assignment = assignment(id, kind, options);
    assignment.getJobBuilder().getPlacementBuilder().setExclusive(true);
    return assignment;
  }

  public static JobSpec.Builder spec(String id, String kind, String device) {
    return JobSpec.newBuilder()
        .setJobId(id)
        .setKind(kind)
        .setPlacement(Placement.newBuilder().setDevice(device))
        .setMaxAttempts(3);
  }
}
