package dev.inferlab.scheduler.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** What is free while places are given away. Mutable, for one pass. */
final class Capacity {

  record Spot(UUID targetId, String device) {}

  private final List<Target> targets;

  Capacity(Collection<TargetView> views) {
    this.targets =
        views.stream()
            .filter(view -> view.reachable() && view.takesWork())
            .sorted(Comparator.comparing(TargetView::id))
            .map(Target::new)
            .toList();
  }

  boolean exhausted() {
    return targets.stream().noneMatch(Target::hasRoom);
  }

  Optional<Spot> take(QueuedJob job) {
    return job.demand().exclusive() ? takeDevice(job) : takeSlot(job);
  }

  private Optional<Spot> takeDevice(QueuedJob job) {
    return devices(job)
        .filter(device -> device.idle() && !device.kept)
        .min(Comparator.comparingInt(device -> device.target.busy()))
        .map(
            device -> {
              device.measuring = true;
              return device.spot();
            });
  }

  private Optional<Spot> takeSlot(QueuedJob job) {
    return devices(job)
        .filter(device -> device.target.freeSlots > 0 && !device.measuring && !device.kept)
        .min(Comparator.comparingDouble(device -> device.target.crowding()))
        .map(
            device -> {
              device.shared++;
              device.target.freeSlots--;
              return device.spot();
            });
  }

  /**
   * Keeps the device that will be empty soonest from taking more shared work.
   *
   * @return false if there is none left to keep
   */
  boolean keepFor(QueuedJob job) {
    Optional<Device> soonest =
        devices(job)
            .filter(device -> !device.kept)
            .min(
                Comparator.<Device>comparingInt(device -> device.measuring ? 1 : 0)
                    .thenComparingInt(device -> device.shared));
    soonest.ifPresent(device -> device.kept = true);
    return soonest.isPresent();
  }

  private Stream<Device> devices(QueuedJob job) {
    return targets.stream()
        .filter(target -> target.suits(job))
        .flatMap(target -> target.devices.stream())
        .filter(device -> job.demand().acceptsDevice(device.view.id()));
  }

  private static final class Target {
    final TargetView view;
    final List<Device> devices = new ArrayList<>();
    int freeSlots;

    Target(TargetView view) {
      this.view = view;
      this.freeSlots = view.freeSlots();
      view.devices().stream()
          .filter(DeviceView::available)
          .forEach(device -> devices.add(new Device(this, device)));
    }

    boolean suits(QueuedJob job) {
      return view.isWanted(job.demand())
          && view.kinds().contains(job.kind())
          && view.hasLabels(job.demand().labels());
    }

    boolean hasRoom() {
      return devices.stream()
          .anyMatch(
              device -> !device.kept && (device.idle() || (freeSlots > 0 && !device.measuring)));
    }

    int busy() {
      return devices.stream().mapToInt(it -> it.shared + (it.measuring ? 1 : 0)).sum();
    }

    /** Share of the slots in use; a target that measures is chosen last, so as not to disturb. */
    double crowding() {
      double used = 1.0 - (double) freeSlots / Math.max(1, view.slots());
      return devices.stream().anyMatch(device -> device.measuring) ? 1.0 + used : used;
    }
  }

  private static final class Device {
    final Target target;
    final DeviceView view;
    boolean measuring;
    boolean kept;
    int shared;

    Device(Target target, DeviceView view) {
      this.target = target;
      this.view = view;
      this.measuring = view.measuring();
      this.shared = view.shared();
    }

    boolean idle() {
      return !measuring && shared == 0;
    }

    Spot spot() {
      return new Spot(target.view.id(), view.id());
    }
  }
}
