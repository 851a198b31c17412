package dev.inferlab.scheduler.simulation;

import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.job.JobRules;
import dev.inferlab.scheduler.job.Request;
import dev.inferlab.scheduler.job.RetryPolicy;
import dev.inferlab.scheduler.simulation.SimulatedScheduler.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A lab of several agents and two replicas, jobs and faults, all from one seed. */
final class Simulation {

  private static final int JOBS = 60;
  private static final Duration FAULTS_END = Duration.ofMinutes(1);
  private static final Duration END = Duration.ofMinutes(4);

  /** The scheduler waits this much longer than agents do. */
  private static final long MARGIN = 1_000;

  private final World world;
  private final Store store;
  private final Checker checker = new Checker();
  private final List<SimulatedScheduler> schedulers = new ArrayList<>();
  private final List<SimulatedAgent> agents = new ArrayList<>();

  private Simulation(long seed) {
    world = new World(seed);
    JobRules rules =
        new JobRules(new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(10), world.random));
    store = new Store(world, rules, SimulatedAgent.LEASE + MARGIN);
  }

  /**
   * @return what happened, for comparing two runs of one seed
   */
  static Map<UUID, Job> run(long seed) {
    Simulation simulation = new Simulation(seed);
    simulation.run();
    return simulation.store.jobs;
  }

  private void run() {
    for (int i = 0; i < 2; i++) {
      schedulers.add(new SimulatedScheduler(world, store));
    }
    int lab = (int) world.between(1, 4);
    for (int i = 0; i < lab; i++) {
      agents.add(new SimulatedAgent(world.id(), world, this::anyScheduler, checker));
    }
    for (int i = 0; i < JOBS; i++) {
      world.after(world.between(0, 50_000), this::submit);
    }
    world.every(1_000, this::harm);
    world.runUntil(FAULTS_END);
    world.stopFaults();
    world.runUntil(END);
    checker.checkEnd(store, JOBS);
  }

  private SimulatedScheduler anyScheduler() {
    List<SimulatedScheduler> alive = schedulers.stream().filter(SimulatedScheduler::alive).toList();
    return alive.isEmpty() ? null : alive.get(world.random.nextInt(alive.size()));
  }

  private void submit() {
    UUID id = world.id();
    List<UUID> targets = new ArrayList<>();
    targets.add(null);
    agents.forEach(agent -> targets.add(agent.id));
    Demand demand =
        new Demand(
            targets.get(world.random.nextInt(targets.size())),
            List.of("", "CPU", "GPU.0").get(world.random.nextInt(3)),
            Map.of(),
            world.chance(0.4));
    Request request =
        new Request(
            "", "noop", "owner" + world.between(1, 3), 0, (int) world.between(1, 4), demand, "");
    deliver(new Command(world.id(), id, new JobCommand.Submit(id, request)), 0);
    if (world.chance(0.15)) {
      // Now and then a cancel overtakes its submit.
      Command cancel = new Command(world.id(), id, new JobCommand.Cancel("why not"));
      deliver(cancel, world.chance(0.3) ? 0 : world.between(0, 5_000));
    }
  }

  /** The log delivers at least once, and again until somebody stored it. */
  private void deliver(Command message, long delay) {
    world.after(
        delay + world.between(0, 50),
        () -> {
          SimulatedScheduler scheduler = anyScheduler();
          if (scheduler == null) {
            deliver(message, 500);
            return;
          }
          scheduler.admit(
              message,
              () -> {
                if (world.strikes(0.1)) {
                  deliver(message, world.between(0, 3_000));
                }
              },
              () -> deliver(message, 100));
        });
  }

  private void harm() {
    for (int i = 0; i < schedulers.size(); i++) {
      if (schedulers.get(i).alive() && world.strikes(0.04)) {
        int replica = i;
        schedulers.get(i).crash();
        world.after(
            world.between(500, 8_000),
            () -> schedulers.set(replica, new SimulatedScheduler(world, store)));
      }
    }
    for (SimulatedAgent agent : agents) {
      if (world.strikes(0.03)) {
        agent.crash();
      } else if (world.strikes(0.05)) {
        agent.cutLink();
      } else if (world.strikes(0.02)) {
        agent.freeze(world.between(500, 3 * SimulatedAgent.LEASE));
      }
    }
  }
}
