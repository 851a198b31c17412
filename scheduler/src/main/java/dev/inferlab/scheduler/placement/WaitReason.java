package dev.inferlab.scheduler.placement;

import dev.inferlab.scheduler.job.Demand;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Tells people what a queued job waits for. Texts are stable: they change only when the cause does.
 */
public final class WaitReason {

  private WaitReason() {}

  public static String explain(QueuedJob job, Collection<TargetView> targets) {
    return job.demand().targetId() == null
        ? explainAny(job, targets)
        : targets.stream()
            .filter(target -> target.isWanted(job.demand()))
            .findFirst()
            .map(target -> explainOne(job, target))
            .orElse("the target to connect for the first time");
  }

  private static String explainOne(QueuedJob job, TargetView target) {
    Demand demand = job.demand();
    String name = target.name();
    if (target.presence() == TargetView.Presence.AWAY) {
      return "target %s to connect again".formatted(name);
    }
    if (!target.takesWork()) {
      return "target %s, which is draining, to be opened again".formatted(name);
    }
    if (!target.kinds().contains(job.kind())) {
      return "the agent of target %s to learn jobs of kind %s; a newer agent may"
          .formatted(name, job.kind());
    }
    if (!target.hasLabels(demand.labels())) {
      return "target %s to get the labels %s".formatted(name, sorted(demand.labels()));
    }
    List<DeviceView> devices =
        target.devices().stream().filter(it -> demand.acceptsDevice(it.id())).toList();
    if (devices.isEmpty()) {
      return demand.device().isEmpty()
          ? "target %s to have a device".formatted(name)
          : "target %s to have a device %s".formatted(name, demand.device());
    }
    if (devices.stream().noneMatch(DeviceView::available)) {
      DeviceView device = devices.getFirst();
      return "device %s of target %s, which cannot be used: %s"
          .formatted(device.id(), name, device.reason());
    }
    return busy(job, List.of(target), "on target " + name);
  }

  private static String explainAny(QueuedJob job, Collection<TargetView> targets) {
    Demand demand = job.demand();
    List<TargetView> left = List.copyOf(targets);
    left = keep(left, target -> target.presence() != TargetView.Presence.AWAY);
    if (left.isEmpty()) {
      return "a target to connect";
    }
    left = keep(left, target -> target.kinds().contains(job.kind()));
    if (left.isEmpty()) {
      return "a target whose agent can run jobs of kind %s".formatted(job.kind());
    }
    left = keep(left, target -> target.hasLabels(demand.labels()));
    if (left.isEmpty()) {
      return "a connected target with the labels %s".formatted(sorted(demand.labels()));
    }
    left = keep(left, target -> usable(target, demand));
    if (left.isEmpty()) {
      return demand.device().isEmpty()
          ? "a connected target with a usable device"
          : "a connected target with a usable device %s".formatted(demand.device());
    }
    left = keep(left, TargetView::takesWork);
    if (left.isEmpty()) {
      return "a fitting target that is not draining";
    }
    return busy(job, left, "on a fitting target");
  }

  private static String sorted(Map<String, String> labels) {
    return new TreeMap<>(labels).toString();
  }

  private static boolean usable(TargetView target, Demand demand) {
    return target.devices().stream()
        .anyMatch(device -> device.available() && demand.acceptsDevice(device.id()));
  }

  private static List<TargetView> keep(List<TargetView> targets, Predicate<TargetView> wanted) {
    return targets.stream().filter(wanted).toList();
  }

  private static String busy(QueuedJob job, List<TargetView> targets, String where) {
    Demand demand = job.demand();
    boolean measured =
        targets.stream()
            .flatMap(target -> target.devices().stream())
            .filter(device -> device.available() && demand.acceptsDevice(device.id()))
            .allMatch(DeviceView::measuring);
    String device = demand.device().isEmpty() ? "a device" : "device " + demand.device();
    if (demand.exclusive()) {
      return "%s to be free %s".formatted(device, where);
    }
    return measured
        ? "%s to be free %s, where a measurement has it alone".formatted(device, where)
        : "a free slot %s".formatted(where);
  }
}
