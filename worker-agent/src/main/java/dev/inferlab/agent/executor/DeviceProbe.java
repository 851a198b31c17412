package dev.inferlab.agent.executor;

import dev.inferlab.proto.job.v1.Device;
import java.util.List;

/**
 * Finds devices of one runtime, inside an executor process. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface DeviceProbe {
  /** What was found; devices that cannot be used are named too, with the reason and what to do. */
  Found find();

  /**
   * @param runtimeVersion empty if there is no usable runtime
   */
  record Found(String runtimeVersion, List<Device> devices) {}
}
