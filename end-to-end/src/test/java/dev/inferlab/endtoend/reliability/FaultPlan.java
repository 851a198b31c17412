package dev.inferlab.endtoend.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * When what is killed: the same seed gives the same plan.
 *
 * @param kills in order
 */
record FaultPlan(long seed, List<Kill> kills) {

  /**
   * @param after the kill before
   * @param choice which one, where there are several
   */
  record Kill(Duration after, Victim victim, int choice) {}

  /** Everything is hit at least once; what is more often hit than others is by weight. */
  static FaultPlan of(long seed, int count, Duration shortest, Duration longest) {
    Random random = new Random(seed);
    List<Victim> victims = new ArrayList<>(List.of(Victim.values()));
    List<Victim> weighted = new ArrayList<>();
    for (Victim victim : Victim.values()) {
      weighted.addAll(Collections.nCopies(victim.weight(), victim));
    }
    while (victims.size() < count) {
      victims.add(weighted.get(random.nextInt(weighted.size())));
    }
    Collections.shuffle(victims, random);
    List<Kill> kills = new ArrayList<>();
    for (Victim victim : victims) {
      long millis = random.nextLong(shortest.toMillis(), longest.toMillis());
      kills.add(new Kill(Duration.ofMillis(millis), victim, random.nextInt(1000)));
    }
    return new FaultPlan(seed, List.copyOf(kills));
  }
}
