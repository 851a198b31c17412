package dev.inferlab.agent.machine;

import dev.inferlab.agent.config.AgentConfig;
import dev.inferlab.agent.session.HelloSource;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.executor.v1.Discovered;
import dev.inferlab.proto.job.v1.Environment;
import dev.inferlab.proto.job.v1.Resources;

/** Who this agent is and what its machine has. */
public final class Identity implements HelloSource {
  private static final int PROTOCOL = 1;

  private final String targetId;
  private final AgentConfig config;
  private final Machine machine;
  private final Discovered discovered;

  public Identity(String targetId, AgentConfig config, Machine machine, Discovered discovered) {
    this.targetId = targetId;
    this.config = config;
    this.machine = machine;
    this.discovered = discovered;
  }

  /** Of this build. */
  public static String agentVersion() {
    String version = Identity.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public Hello hello() {
    return Hello.newBuilder()
        .setTargetId(targetId)
        .setName(config.name())
        .setAgentVersion(agentVersion())
        .setRuntimeVersion(discovered.getRuntimeVersion())
        .addAllDevices(discovered.getDevicesList())
        .putAllLabels(config.labels())
        .setResources(resources())
        .setSlots(config.slots())
        .addAllJobKinds(discovered.getJobKindsList())
        .setProtocol(PROTOCOL)
        .build();
  }

  @Override
  public Resources resources() {
    return machine.resources();
  }

  /** What measuring kinds record of the machine. */
  public Environment environment() {
    Resources resources = machine.resources();
    return Environment.newBuilder()
        .setTargetId(targetId)
        .setRuntimeVersion(discovered.getRuntimeVersion())
        .setAgentVersion(agentVersion())
        .setOs(resources.getOs())
        .setCpu(resources.getCpu())
        .setLogicalCores(resources.getLogicalCores())
        .setMemoryBytes(resources.getMemoryBytes())
        .setCpuGovernor(machine.cpuGovernor())
        .build();
  }
}
