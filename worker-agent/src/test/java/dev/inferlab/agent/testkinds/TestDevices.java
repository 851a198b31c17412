package dev.inferlab.agent.testkinds;

import dev.inferlab.agent.executor.DeviceProbe;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.Range;
import java.util.List;
import java.util.function.Predicate;

/** Two devices that only the kinds of this package can use. */
public final class TestDevices implements DeviceProbe {
  @Override
  public Found find(Predicate<String> look) {
    return new Found("", List.of(device("TEST.0"), device("TEST.1")));
  }

  static Device device(String id) {
    Range one = Range.newBuilder().setMin(1).setMax(2).setStep(1).build();
    return Device.newBuilder()
        .setId(id)
        .setFullName("Test device " + id)
        .addCapabilities("FP32")
        .setStreamsRange(one)
        .setRequestsRange(one)
        .setAvailable(true)
        .build();
  }
}
