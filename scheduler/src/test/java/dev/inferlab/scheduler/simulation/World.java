package dev.inferlab.scheduler.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;

/** Virtual time and the one source of chance. */
final class World {

  // Compared by hand: a run has so many of these that lambdas for it took much of its time.
  private record Due(long at, long order, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  final Random random;
  private final PriorityQueue<Due> agenda = new PriorityQueue<>();
  private long millis;
  private long order;
  private boolean faults = true;

  World(long seed) {
    this.random = new Random(seed);
  }

  long millis() {
    return millis;
  }

  Instant now() {
    return EPOCH.plusMillis(millis);
  }

  void after(long delayMillis, Runnable task) {
    agenda.add(new Due(millis + Math.max(0, delayMillis), order++, task));
  }

  void every(long periodMillis, Runnable task) {
    after(
        between(0, periodMillis),
        new Runnable() {
          @Override
          public void run() {
            task.run();
            after(periodMillis, this);
          }
        });
  }

  void runUntil(Duration time) {
    while (!agenda.isEmpty() && agenda.element().at() <= time.toMillis()) {
      Due due = agenda.remove();
      millis = due.at();
      due.task().run();
    }
    millis = Math.max(millis, time.toMillis());
  }

  long between(long least, long most) {
    return least + (long) (random.nextDouble() * (most - least + 1));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** Whether a fault of this probability strikes now; never in the phase that checks liveness. */
  boolean strikes(double probability) {
    return faults && chance(probability);
  }

  void stopFaults() {
    faults = false;
  }

  UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
