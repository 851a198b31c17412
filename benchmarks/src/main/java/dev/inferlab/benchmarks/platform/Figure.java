package dev.inferlab.benchmarks.platform;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the report.
 *
 * @param name what was measured
 * @param unit of every number of this line
 * @param ours what Inferlab did
 * @param peer what the peer did at the same task in the same run, where it has such a task
 * @param goal what ours must reach; empty for lines that only inform
 */
record Figure(String name, String unit, double ours, OptionalDouble peer, Optional<Goal> goal) {

  static Figure goal(String name, String unit, double ours, double peer, Goal goal) {
    return new Figure(name, unit, ours, OptionalDouble.of(peer), Optional.of(goal));
  }

  static Figure goal(String name, String unit, double ours, Goal goal) {
    return new Figure(name, unit, ours, OptionalDouble.empty(), Optional.of(goal));
  }

  static Figure info(String name, String unit, double ours, double peer) {
    return new Figure(name, unit, ours, OptionalDouble.of(peer), Optional.empty());
  }

  static Figure info(String name, String unit, double ours) {
    return new Figure(name, unit, ours, OptionalDouble.empty(), Optional.empty());
  }

  boolean met() {
    return goal.map(wanted -> wanted.metBy(ours)).orElse(true);
  }
}
