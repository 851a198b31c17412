package dev.inferlab.scheduler.placement;

import dev.inferlab.scheduler.placement.QueuedJob.Needs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives queued jobs to targets: higher priority first; of equal priority, the owner who has least
 * of the lab; of one owner, first come, first served. A job that does not fit lets others pass, but
 * a measuring job whose turn it is keeps a device from taking more shared work until it is empty.
 */
public final class Placement {

  private final Capacity capacity;
  private final Map<String, Double> load;
  private final Set<Needs> hopeless = new HashSet<>();
  private final List<Plan.Place> places = new ArrayList<>();

  private Placement(Collection<TargetView> targets, Shares shares) {
    this.capacity = new Capacity(targets);
    this.load = new HashMap<>(shares.load());
  }

  public static Plan place(
      Collection<QueuedJob> queue, Collection<TargetView> targets, Shares shares) {
    Placement placement = new Placement(targets, shares);
    byPriority(queue).forEach(placement::placeEqual);
    return new Plan(placement.places);
  }

  private static Collection<List<QueuedJob>> byPriority(Collection<QueuedJob> queue) {
    Map<Integer, List<QueuedJob>> groups = new TreeMap<>(Comparator.reverseOrder());
    for (QueuedJob job : queue) {
      groups.computeIfAbsent(job.priority(), _ -> new ArrayList<>()).add(job);
    }
    return groups.values();
  }

  private void placeEqual(List<QueuedJob> jobs) {
    PriorityQueue<Turn> turns = new PriorityQueue<>(Turn.ORDER);
    perOwner(jobs).forEach((owner, queue) -> turns.add(new Turn(loadOf(owner), queue)));
    while (!turns.isEmpty() && !capacity.exhausted()) {
      Turn turn = turns.remove();
      QueuedJob job = turn.queue().remove();
      if (serve(job)) {
        load.merge(job.owner(), 1.0, Double::sum);
      }
      if (!turn.queue().isEmpty()) {
        turns.add(new Turn(loadOf(job.owner()), turn.queue()));
      }
    }
  }

  private static Map<String, Queue<QueuedJob>> perOwner(List<QueuedJob> jobs) {
    Map<String, Queue<QueuedJob>> owners = new HashMap<>();
    jobs.stream()
        .sorted(Comparator.comparingLong(QueuedJob::sequence))
        .forEach(job -> owners.computeIfAbsent(job.owner(), _ -> new ArrayDeque<>()).add(job));
    return owners;
  }

  /** Whether the job got something: a place, or a device that is kept for it. */
  private boolean serve(QueuedJob job) {
    if (hopeless.contains(job.needs())) {
      return false;
    }
    Optional<Capacity.Spot> spot = capacity.take(job);
    spot.ifPresent(it -> places.add(new Plan.Place(job, it.targetId(), it.device())));
    if (spot.isPresent()) {
      return true;
    }
    boolean kept = job.demand().exclusive() && capacity.keepFor(job);
    if (!kept) {
      hopeless.add(job.needs());
    }
    return kept;
  }

  private double loadOf(String owner) {
    return load.getOrDefault(owner, 0.0);
  }

  /** An owner's turn: the less it has, the sooner; among equals the longest waiting job decides. */
  private record Turn(double load, Queue<QueuedJob> queue) {
    static final Comparator<Turn> ORDER =
        Comparator.comparingDouble(Turn::load)
            .thenComparingLong(turn -> turn.queue().element().sequence());
  }
}
