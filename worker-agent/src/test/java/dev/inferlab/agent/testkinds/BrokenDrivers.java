package dev.inferlab.agent.testkinds;

import dev.inferlab.agent.executor.DeviceProbe;
import dev.inferlab.proto.job.v1.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Kinds of devices whose drivers crash and throw, and one behind them that is sound. */
public final class BrokenDrivers implements DeviceProbe {
  @Override
  public Found find(Predicate<String> look) {
    if (look.test("CRASHING")) {
      Fault.segfault();
    }
    if (look.test("THROWING")) {
      throw new IllegalStateException("in /some/file");
    }
    List<Device> devices = new ArrayList<>();
    if (look.test("SOUND")) {
      devices.add(TestDevices.device("SOUND"));
    }
    return new Found("", devices);
  }
}
