package dev.inferlab.scheduler.placement;

import dev.inferlab.scheduler.job.Demand;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A target and what it is busy with.
 *
 * @param kinds of jobs that its agent can run
 * @param slots how many jobs may share it
 * @param reachable whether the one who places holds its agent's stream; others may place on it
 */
public record TargetView(
    UUID id,
    String name,
    Presence presence,
    Map<String, String> labels,
    Set<String> kinds,
    int slots,
    List<DeviceView> devices,
    boolean reachable) {

  public enum Presence {
    ONLINE,
    DRAINING,
    AWAY
  }

  public TargetView {
    labels = Map.copyOf(labels);
    kinds = Set.copyOf(kinds);
    devices = List.copyOf(devices);
  }

  boolean takesWork() {
    return presence == Presence.ONLINE;
  }

  boolean isWanted(Demand demand) {
    return demand.target().map(id::equals).orElse(true);
  }

  boolean hasLabels(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  /**
   * How many more jobs it could take at most: in free slots, and measuring ones on idle devices.
   */
  public int room() {
    return takesWork()
        ? freeSlots() + (int) devices.stream().filter(it -> it.available() && it.idle()).count()
        : 0;
  }

  int freeSlots() {
    return Math.max(0, slots - devices.stream().mapToInt(DeviceView::shared).sum());
  }
}
