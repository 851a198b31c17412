package dev.inferlab.gateway.target;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/** A device of a target, as its agent found it; also the stored and the shown form. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Device(
    String id,
    String fullName,
    List<String> capabilities,
    Range streamsRange,
    Range requestsRange,
    boolean available,
    String reason,
    Map<String, String> properties) {

  /** Values that a setting of the device may have; absent where the device does not say. */
  public record Range(int min, int max, int step) {}

  /** For a device that is not available; a sentence. */
  public String whyUnavailable() {
    return reason == null ? "It is not available." : reason;
  }

  static Device of(dev.inferlab.proto.job.v1.Device device) {
    return new Device(
        device.getId(),
        device.getFullName(),
        List.copyOf(device.getCapabilitiesList()),
        device.hasStreamsRange() ? range(device.getStreamsRange()) : null,
        device.hasRequestsRange() ? range(device.getRequestsRange()) : null,
        device.getAvailable(),
        device.getReason().isEmpty() ? null : device.getReason(),
        device.getPropertiesMap());
  }

  private static Range range(dev.inferlab.proto.job.v1.Range range) {
    return new Range(range.getMin(), range.getMax(), range.getStep());
  }
}
