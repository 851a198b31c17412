package dev.inferlab.gateway.experiment.profile;

import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.target.Device;

/** Checks a sweep against what the device says it can do. */
final class DeviceRange {
  private DeviceRange() {}

  static void check(ProfileRequest request, Device device, String path, Violations violations) {
    if (request.grid() != null) {
      for (int i = 0; i < request.grid().streams().size(); i++) {
        check(
            request.grid().streams().get(i),
            device.streamsRange(),
            "streams",
            device,
            "%s.grid.streams[%d]".formatted(path, i),
            violations);
      }
    }
    for (int i = 0; i < request.points().size(); i++) {
      ProfileRequest.AskedPoint point = request.points().get(i);
      String at = "%s.points[%d].".formatted(path, i);
      check(point.streams(), device.streamsRange(), "streams", device, at + "streams", violations);
      // The CPU plugin says 1 to 1 whatever it can do: such a range tells nothing.
      Device.Range requests = device.requestsRange();
      if (point.requests() > 0 && requests != null && requests.max() > 1) {
        check(point.requests(), requests, "requests", device, at + "requests", violations);
      }
    }
    boolean unknownPrecision =
        request.inferencePrecision() != null
            && !device.capabilities().isEmpty()
            && !request.inferencePrecision().equals("f32")
            && device.capabilities().stream()
                .noneMatch(name -> name.equalsIgnoreCase(capability(request.inferencePrecision())));
    if (unknownPrecision) {
      violations.add(
          path + ".inferencePrecision",
          "%s of this target computes in %s"
              .formatted(device.id(), String.join(", ", device.capabilities())));
    }
  }

  private static String capability(String precision) {
    return precision.equals("f16") ? "FP16" : precision;
  }

  private static void check(
      int value, Device.Range range, String what, Device device, String at, Violations violations) {
    if (range != null && range.max() > 0 && (value < range.min() || value > range.max())) {
      violations.add(
          at,
          "must be from %d to %d %s: that is the range of %s on this target"
              .formatted(range.min(), range.max(), what, device.id()));
    }
  }
}
