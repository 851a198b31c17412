package dev.inferlab.agent.device;

import dev.inferlab.agent.executor.DeviceProbe;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.OpenVino;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.Property;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.Range;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The devices that OpenVINO finds on this machine, and those that it could use if something were
 * not missing.
 */
public final class OpenVinoDevices implements DeviceProbe {
  private static final List<String> KINDS = List.of("CPU", "GPU", "NPU");
  private static final List<Property<?>> FACTS =
      List.of(
          Property.OPTIMAL_BATCH_SIZE,
          Property.text("DEVICE_ARCHITECTURE"),
          Property.text("DEVICE_TYPE"),
          Property.text("GPU_DEVICE_TOTAL_MEM_SIZE"),
          Property.text("INFERENCE_PRECISION_HINT"));

  @Override
  public Found find(Predicate<String> look) {
    try (Core core = new Core()) {
      List<Device> devices = new ArrayList<>();
      boolean all = true;
      for (String kind : KINDS) {
        if (look.test(kind)) {
          devices.addAll(ofKind(core, kind));
        } else {
          all = false;
        }
      }
      // This asks all drivers once more, so only if none of them is known to crash.
      if (all && look.test("OTHER")) {
        core.availableDevices().stream()
            .filter(id -> KINDS.stream().noneMatch(id::startsWith))
            .forEach(id -> devices.add(describe(core, id)));
      }
      return new Found(OpenVino.version(), devices);
    } catch (OpenVinoException e) {
      return new Found("", List.of(unusable("CPU", e.userMessage())));
    }
  }

  private static List<Device> ofKind(Core core, String kind) {
    if (kind.equals("CPU")) {
      return List.of(describe(core, kind)); // it has one, without a number
    }
    List<String> numbers =
        ask(() -> core.property(kind, Property.AVAILABLE_DEVICES)).orElse(List.of());
    if (numbers.isEmpty()) {
      Accelerator accelerator = Accelerator.valueOf(kind);
      return List.of(unusable(kind, accelerator.whyNot(Path.of("/"), OpenVino.libraryFolder())));
    }
    // As OpenVINO names them: the number matters only where there are several.
    return numbers.size() == 1
        ? List.of(describe(core, kind))
        : numbers.stream().map(number -> describe(core, kind + "." + number)).toList();
  }

  private static Device unusable(String id, String reason) {
    return Device.newBuilder().setId(id).setAvailable(false).setReason(reason).build();
  }

  private static Device describe(Core core, String id) {
    Device.Builder device = Device.newBuilder().setId(id).setAvailable(true);
    try {
      device.setFullName(core.property(id, Property.FULL_DEVICE_NAME));
    } catch (OpenVinoException e) {
      return unusable(id, "The device's driver does not answer: " + e.userMessage());
    }
    ask(() -> core.property(id, Property.DEVICE_CAPABILITIES))
        .ifPresent(device::addAllCapabilities);
    ask(() -> core.property(id, Property.RANGE_FOR_STREAMS))
        .ifPresent(
            r ->
                device.setStreamsRange(
                    Range.newBuilder().setMin(r.min()).setMax(r.max()).setStep(1)));
    ask(() -> core.property(id, Property.RANGE_FOR_ASYNC_INFER_REQUESTS))
        .ifPresent(
            r ->
                device.setRequestsRange(
                    Range.newBuilder().setMin(r.min()).setMax(r.max()).setStep(r.step())));
    for (Property<?> fact : FACTS) {
      ask(() -> core.property(id, fact))
          .ifPresent(value -> device.putProperties(fact.key(), String.valueOf(value)));
    }
    return device.build();
  }

  /** Devices differ in what they can be asked. */
  private static <T> Optional<T> ask(Supplier<T> question) {
    try {
      return Optional.ofNullable(question.get());
    } catch (OpenVinoException | IllegalStateException e) {
      return Optional.empty();
    }
  }
}
