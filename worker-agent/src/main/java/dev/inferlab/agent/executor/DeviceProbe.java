package dev.inferlab.agent.executor;

import dev.inferlab.proto.job.v1.Device;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds devices of one runtime, inside an executor process. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface DeviceProbe {
  /**
   * What was found; devices that cannot be used are named too, with the reason and what to do.
   *
   * @param look to be asked with each kind of devices ("GPU") before its driver is: tells the agent
   *     what brought the process down if the driver does; false if it did before
   */
  Found find(Predicate<String> look);

  /**
   * @param runtimeVersion empty if there is no usable runtime
   */
  record Found(String runtimeVersion, List<Device> devices) {}
}
