package dev.inferlab.gateway.experiment.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.proto.job.v1.Environment;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What else decided the figures. */
@Schema(name = "Environment")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EnvironmentView(
    String targetId,
    String device,
    String deviceFullName,
    String runtimeVersion,
    String agentVersion,
    String os,
    String cpu,
    int logicalCores,
    long memoryBytes,
    String cpuGovernor,
    String inputSource,
    Map<String, String> extra) {
  static EnvironmentView of(Environment environment) {
    return new EnvironmentView(
        environment.getTargetId(),
        environment.getDevice(),
        environment.getDeviceFullName(),
        environment.getRuntimeVersion(),
        environment.getAgentVersion(),
        environment.getOs(),
        environment.getCpu(),
        environment.getLogicalCores(),
        environment.getMemoryBytes(),
        environment.getCpuGovernor(),
        environment.getInputSource(),
        environment.getExtraMap());
  }
}
