package dev.inferlab.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.placement.TargetView.Presence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class PlacementPropertiesTest {

  private static final List<String> KINDS = List.of("convert", "profile");
  private static final List<String> DEVICES = List.of("CPU", "GPU.0");

  @Property
  void everyPlaceFitsAndNothingIsGivenTwice(
      @ForAll("queues") List<QueuedJob> queue, @ForAll("labs") List<TargetView> lab) {
    Plan plan = Placement.place(queue, lab, Shares.NONE);
    assertThat(plan.places()).doesNotHaveDuplicates();
    assertThat(plan.places().stream().map(it -> it.job().id())).doesNotHaveDuplicates();
    plan.places().forEach(place -> checkFits(place, target(lab, place.targetId())));
    lab.forEach(target -> checkLoad(target, plan));
  }

  @Property
  void noJobWaitsThatCouldRun(
      @ForAll("queues") List<QueuedJob> queue, @ForAll("labs") List<TargetView> lab) {
    List<QueuedJob> shared = queue.stream().filter(it -> !it.demand().exclusive()).toList();
    Plan plan = Placement.place(shared, lab, Shares.NONE);
    List<TargetView> after = lab.stream().map(target -> occupied(target, plan)).toList();
    Set<UUID> placed = Set.copyOf(plan.places().stream().map(it -> it.job().id()).toList());
    List<QueuedJob> waiting = shared.stream().filter(it -> !placed.contains(it.id())).toList();
    assertThat(Placement.place(waiting, after, Shares.NONE).places()).isEmpty();
  }

  @Property
  void aHigherPriorityNeverWaitsForALowerOne(
      @ForAll("queues") List<QueuedJob> queue, @ForAll("labs") List<TargetView> lab) {
    Plan plan = Placement.place(queue, lab, Shares.NONE);
    int highest = queue.stream().mapToInt(QueuedJob::priority).max().orElse(0);
    List<QueuedJob> top = queue.stream().filter(it -> it.priority() == highest).toList();
    List<Plan.Place> alone = Placement.place(top, lab, Shares.NONE).places();
    assertThat(plan.places().stream().filter(it -> it.job().priority() == highest))
        .isEqualTo(alone);
  }

  /** One slot comes free again and again; everybody has more to do than fits. */
  @Property(tries = 200)
  void anOwnerWhoComesNewIsServedAtOnceAndThenInTurn(
      @ForAll @IntRange(min = 1, max = 8) int owners, @ForAll @IntRange(max = 200) int head) {
    Map<String, Double> load = new HashMap<>();
    List<QueuedJob> queue = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      queue.add(job(i, "owner" + i % owners, Demand.ANYWHERE));
    }
    for (int i = 0; i < head; i++) {
      serveOne(queue, load);
    }
    for (int i = 0; i < 400; i++) {
      queue.add(job(1_000 + i, "late", Demand.ANYWHERE));
    }
    // Recently served jobs count against the others, so the newcomer catches up first.
    // It goes first as soon as everybody else has had one.
    if (head >= owners) {
      assertThat(serveOne(queue, load)).isEqualTo("late");
    }
    int sinceLast = 0;
    for (int i = 0; i < 10 * (owners + 1); i++) {
      sinceLast = serveOne(queue, load).equals("late") ? 0 : sinceLast + 1;
      assertThat(sinceLast).isLessThanOrEqualTo(owners);
    }
  }

  /**
   * A stream of shared jobs keeps every slot busy; a measuring job must get its device all the
   * same.
   */
  @Property(tries = 200)
  void aMeasuringJobDoesNotStarveBehindSharedOnes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int slots) {
    Random random = new Random(seed);
    List<QueuedJob> queue = new ArrayList<>();
    List<Integer> running = new ArrayList<>();
    QueuedJob measuring = job(50, "ann", new Demand(null, "CPU", Map.of(), true));
    long sequence = 0;
    for (int round = 0; round < 200; round++) {
      while (queue.size() < 20) {
        queue.add(job(sequence++ + (round < 5 ? 0 : 100), "bob", Demand.ANYWHERE));
      }
      if (round == 5) {
        queue.add(measuring);
      }
      running.replaceAll(left -> left - 1);
      running.removeIf(left -> left <= 0);
      TargetView target = lab(slots, running.size());
      Plan plan = Placement.place(queue, List.of(target), new Shares(Map.of("bob", 3.0)));
      if (plan.places().stream().anyMatch(it -> it.job().equals(measuring))) {
        assertThat(running).isEmpty();
        assertThat(round).as("rounds of at most 10 each").isLessThanOrEqualTo(5 + 10);
        return;
      }
      for (Plan.Place place : plan.places()) {
        queue.remove(place.job());
        running.add(1 + random.nextInt(10));
      }
    }
    throw new AssertionError("it starved");
  }

  private static String serveOne(List<QueuedJob> queue, Map<String, Double> load) {
    Plan plan = Placement.place(queue, List.of(lab(1, 0)), new Shares(load));
    assertThat(plan.places()).hasSize(1);
    QueuedJob served = plan.places().getFirst().job();
    queue.remove(served);
    load.merge(served.owner(), 1.0, Double::sum);
    return served.owner();
  }

  private static void checkFits(Plan.Place place, TargetView target) {
    assertThat(target.presence()).isEqualTo(Presence.ONLINE);
    assertThat(target.reachable()).isTrue();
    assertThat(target.kinds()).contains(place.job().kind());
    assertThat(target.labels().entrySet()).containsAll(place.job().demand().labels().entrySet());
    assertThat(place.job().demand().acceptsDevice(place.device())).isTrue();
    assertThat(place.job().demand().target().orElse(target.id())).isEqualTo(target.id());
    assertThat(device(target, place.device()).available()).isTrue();
  }

  private static void checkLoad(TargetView target, Plan plan) {
    TargetView after = occupied(target, plan);
    for (DeviceView device : after.devices()) {
      DeviceView before = device(target, device.id());
      long given = count(plan, target, device.id(), true);
      assertThat(given).isLessThanOrEqualTo(before.idle() ? 1 : 0);
      if (given > 0) {
        assertThat(device.shared()).as("alone").isZero();
      }
    }
    int shared = after.devices().stream().mapToInt(DeviceView::shared).sum();
    int before = target.devices().stream().mapToInt(DeviceView::shared).sum();
    assertThat(shared).isLessThanOrEqualTo(Math.max(before, target.slots()));
  }

  private static TargetView occupied(TargetView target, Plan plan) {
    List<DeviceView> devices =
        target.devices().stream()
            .map(
                it ->
                    new DeviceView(
                        it.id(),
                        it.available(),
                        it.reason(),
                        it.measuring() || count(plan, target, it.id(), true) > 0,
                        it.shared() + (int) count(plan, target, it.id(), false)))
            .toList();
    return new TargetView(
        target.id(),
        target.name(),
        target.presence(),
        target.labels(),
        target.kinds(),
        target.slots(),
        devices,
        target.reachable());
  }

  private static long count(Plan plan, TargetView target, String device, boolean exclusive) {
    return plan.places().stream()
        .filter(it -> it.targetId().equals(target.id()) && it.device().equals(device))
        .filter(it -> it.job().demand().exclusive() == exclusive)
        .count();
  }

  private static TargetView target(List<TargetView> lab, UUID id) {
    Optional<TargetView> found = lab.stream().filter(it -> it.id().equals(id)).findFirst();
    return found.orElseThrow();
  }

  private static DeviceView device(TargetView target, String id) {
    return target.devices().stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
  }

  private static QueuedJob job(long sequence, String owner, Demand demand) {
    return new QueuedJob(new UUID(1, sequence), sequence, "profile", owner, 0, demand);
  }

  private static TargetView lab(int slots, int shared) {
    return new TargetView(
        new UUID(0, 1),
        "lab",
        Presence.ONLINE,
        Map.of(),
        Set.copyOf(KINDS),
        slots,
        List.of(new DeviceView("CPU", true, "", false, shared)),
        true);
  }

  @Provide
  Arbitrary<List<QueuedJob>> queues() {
    Arbitrary<Demand> demand =
        Combinators.combine(
                Arbitraries.longs().between(1, 4).map(i -> new UUID(0, i)).injectNull(0.6),
                Arbitraries.of("", "CPU", "GPU.0", "NPU"),
                Arbitraries.of(Map.of(), Map.of("room", "a")),
                Arbitraries.of(true, false))
            .as(
                (id, device, labels, exclusive) ->
                    new Demand(id, device, labels(labels), exclusive));
    Arbitrary<List<QueuedJob>> jobs =
        Combinators.combine(
                Arbitraries.of(KINDS),
                Arbitraries.of("ann", "bob", "eve"),
                Arbitraries.integers().between(-1, 1),
                demand)
            .as((kind, owner, priority, it) -> new QueuedJob(null, 0, kind, owner, priority, it))
            .list()
            .ofMaxSize(30);
    return jobs.map(
        list -> {
          List<QueuedJob> numbered = new ArrayList<>();
          for (QueuedJob it : list) {
            long n = numbered.size();
            numbered.add(
                new QueuedJob(
                    new UUID(1, n), n, it.kind(), it.owner(), it.priority(), it.demand()));
          }
          return numbered;
        });
  }

  @Provide
  Arbitrary<List<TargetView>> labs() {
    Arbitrary<List<DeviceView>> devices =
        Combinators.combine(
                Arbitraries.of(true, true, true, false),
                Arbitraries.of(true, false, false),
                Arbitraries.integers().between(0, 3))
            .as(
                (available, measuring, shared) ->
                    new DeviceView("", available, "no driver", measuring, measuring ? 0 : shared))
            .list()
            .ofMinSize(1)
            .ofMaxSize(2)
            .map(PlacementPropertiesTest::named);
    return Combinators.combine(
            Arbitraries.of(Presence.ONLINE, Presence.ONLINE, Presence.DRAINING, Presence.AWAY),
            Arbitraries.of(Map.of(), Map.of("room", "a", "rack", "7")),
            Arbitraries.of(Set.of("convert"), Set.of("convert", "profile")),
            Arbitraries.integers().between(0, 6),
            devices,
            Arbitraries.of(true, true, false))
        .as(
            (presence, labels, kinds, slots, list, reachable) ->
                new TargetView(
                    null, "lab", presence, labels(labels), kinds, slots, list, reachable))
        .list()
        .ofMaxSize(4)
        .map(PlacementPropertiesTest::numbered);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> labels(Map<?, ?> labels) {
    return (Map<String, String>) labels;
  }

  private static List<DeviceView> named(List<DeviceView> devices) {
    List<DeviceView> named = new ArrayList<>();
    for (DeviceView it : devices) {
      named.add(
          new DeviceView(
              DEVICES.get(named.size()), it.available(), it.reason(), it.measuring(), it.shared()));
    }
    return named;
  }

  private static List<TargetView> numbered(List<TargetView> targets) {
    List<TargetView> numbered = new ArrayList<>();
    for (TargetView it : targets) {
      numbered.add(
          new TargetView(
              new UUID(0, numbered.size() + 1L),
              it.name(),
              it.presence(),
              it.labels(),
              it.kinds(),
              it.slots(),
              it.devices(),
              it.reachable()));
    }
    return numbered;
  }
}
