package dev.inferlab.scheduler.simulation;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.simulation.Wire.AttemptKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * An agent as the protocol wants it: it stops what it may no longer run before anybody else starts
 * it.
 */
final class SimulatedAgent {

  private static final long HEARTBEAT = 2_000;
  static final long LEASE = 8_000;

  /** One execution that really happens on a device. */
  private static final class Run {
    final AttemptKey key;
    final String device;
    final boolean exclusive;
    long deadline;

    Run(AttemptKey key, String device, boolean exclusive, long deadline) {
      this.key = key;
      this.device = device;
      this.exclusive = exclusive;
      this.deadline = deadline;
    }
  }

  /** A renewal counts from its sending, and only for the attempts that it named. */
  private record Sent(long at, Set<AttemptKey> live) {}

  final UUID id;
  private final World world;
  private final Supplier<SimulatedScheduler> anyScheduler;
  private final Checker checker;
  private final Map<AttemptKey, Run> runs = new TreeMap<>();
  private final Deque<Wire.Update> unacknowledged = new ArrayDeque<>();
  private final Map<Long, Sent> sent = new HashMap<>();
  private final List<Runnable> backlog = new ArrayList<>();
  private Link link;
  private boolean welcome;
  private boolean frozen;
  private int life;
  private long lastAcknowledged;
  private long heartbeats;
  private long updates;

  SimulatedAgent(UUID id, World world, Supplier<SimulatedScheduler> anyScheduler, Checker checker) {
    this.id = id;
    this.world = world;
    this.anyScheduler = anyScheduler;
    this.checker = checker;
    connect();
    world.every(HEARTBEAT, () -> act(this::heartbeat));
    world.every(50, () -> act(this::fenceSelf));
  }

  /** Everything dies with the process: what ran, and what was not acknowledged. */
  void crash() {
    life++;
    backlog.clear();
    runs.values().forEach(run -> checker.stopped(id, run.key));
    runs.clear();
    unacknowledged.clear();
    sent.clear();
    updates = 0;
    if (link != null) {
      link.cut();
    }
    link = null;
    int now = life;
    world.after(world.between(100, 4_000), () -> ifAlive(now, this::connect));
  }

  /** As by SIGSTOP or a paused virtual machine. */
  void freeze(long millis) {
    if (frozen) {
      return;
    }
    frozen = true;
    checker.frozen(id);
    world.after(
        millis,
        () -> {
          frozen = false;
          fenceSelf();
          checker.thawed(id);
          List<Runnable> missed = List.copyOf(backlog);
          backlog.clear();
          missed.forEach(Runnable::run);
        });
  }

  void cutLink() {
    if (link != null) {
      link.cut();
    }
  }

  private void act(Runnable action) {
    if (frozen) {
      backlog.add(action);
    } else {
      action.run();
    }
  }

  private void ifAlive(int then, Runnable action) {
    act(
        () -> {
          if (life == then) {
            action.run();
          }
        });
  }

  private void connect() {
    SimulatedScheduler scheduler = anyScheduler.get();
    int now = life;
    if (scheduler == null) {
      world.after(500, () -> ifAlive(now, this::connect));
      return;
    }
    welcome = false;
    Link fresh = new Link(world);
    link = fresh;
    Sent hello = new Sent(world.millis(), Set.copyOf(runs.keySet()));
    fresh.agentSide(
        message ->
            ifAlive(
                now,
                () -> {
                  if (link == fresh) {
                    receive(message, hello);
                  }
                }),
        () ->
            ifAlive(
                now,
                () -> {
                  if (link == fresh) {
                    link = null;
                    world.after(world.between(50, 1_000), () -> ifAlive(now, this::reconnect));
                  }
                }));
    scheduler.accept(fresh);
    fresh.sendToScheduler(new Wire.Hello(id, hello.live()));
    world.after(
        3_000,
        () ->
            ifAlive(
                now,
                () -> {
                  if (link == fresh && !welcome) {
                    fresh.cut();
                    link = null;
                    connect();
                  }
                }));
  }

  private void reconnect() {
    if (link == null) {
      connect();
    }
  }

  private void receive(Object message, Sent hello) {
    fenceSelf();
    switch (message) {
      case Wire.Welcome it -> {
        welcome = true;
        it.lost().forEach(this::stop);
        renewed(hello);
        if (!unacknowledged.isEmpty()) {
          link.sendToScheduler(new Wire.Updates(List.copyOf(unacknowledged)));
        }
      }
      case Wire.HeartbeatAck it -> acknowledged(it);
      case Wire.Assign it -> start(it);
      case Wire.Stop it -> {
        stop(it.key());
        report(it.key(), new JobCommand.ConfirmStopped(it.key().attempt(), id));
      }
      case Wire.UpdatesAck it -> {
        unacknowledged.removeIf(update -> update.sequence() <= it.sequence());
        it.stale().forEach(this::stop);
      }
      default -> throw new AssertionError("unknown message " + message);
    }
  }

  private void acknowledged(Wire.HeartbeatAck ack) {
    Sent heartbeat = sent.remove(ack.sequence());
    ack.lost().forEach(this::stop);
    if (heartbeat != null) {
      renewed(heartbeat);
    }
  }

  private void renewed(Sent renewal) {
    lastAcknowledged = Math.max(lastAcknowledged, renewal.at());
    for (AttemptKey key : renewal.live()) {
      Run run = runs.get(key);
      if (run != null) {
        run.deadline = Math.max(run.deadline, renewal.at() + LEASE);
      }
    }
  }

  private void start(Wire.Assign assign) {
    AttemptKey key = assign.key();
    // A new lease began after the last renewal that is known to have arrived: count from that.
    long deadline = lastAcknowledged + LEASE;
    if (runs.containsKey(key) || deadline <= world.millis()) {
      return;
    }
    if (world.chance(0.05)) {
      report(key, new JobCommand.HandBack(key.attempt(), id, "no free slot"));
      return;
    }
    Run run = new Run(key, assign.device(), assign.exclusive(), deadline);
    runs.put(key, run);
    checker.started(id, key, run.device, run.exclusive);
    report(key, new JobCommand.Start(key.attempt(), id));
    long length = world.chance(0.1) ? world.between(5_000, 15_000) : world.between(5, 1_500);
    int now = life;
    world.after(length, () -> ifAlive(now, () -> finish(run)));
  }

  private void finish(Run run) {
    fenceSelf();
    if (runs.get(run.key) != run) {
      return;
    }
    stop(run.key);
    int attempt = run.key.attempt();
    if (world.chance(0.1)) {
      ErrorClass[] classes = {ErrorClass.TRANSIENT, ErrorClass.CRASHED, ErrorClass.INVALID_INPUT};
      ErrorClass errorClass = classes[world.random.nextInt(classes.length)];
      report(run.key, new JobCommand.Fail(attempt, id, Fault.of(errorClass, "TEST", "")));
    } else {
      ByteString result = ByteString.copyFromUtf8(run.key.jobId() + "/" + attempt);
      report(run.key, new JobCommand.Succeed(attempt, id, result));
    }
  }

  private void heartbeat() {
    if (link != null && welcome) {
      Sent heartbeat = new Sent(world.millis(), Set.copyOf(runs.keySet()));
      sent.put(++heartbeats, heartbeat);
      link.sendToScheduler(new Wire.Heartbeat(heartbeats, heartbeat.live()));
    }
  }

  private void fenceSelf() {
    Set<AttemptKey> over = new TreeSet<>();
    runs.values().stream()
        .filter(run -> run.deadline <= world.millis())
        .forEach(run -> over.add(run.key));
    over.forEach(this::stop);
  }

  private void stop(AttemptKey key) {
    if (runs.remove(key) != null) {
      checker.stopped(id, key);
    }
  }

  private void report(AttemptKey key, JobCommand.Report report) {
    Wire.Update update = new Wire.Update(++updates, key.jobId(), report);
    unacknowledged.add(update);
    if (link != null && welcome) {
      link.sendToScheduler(new Wire.Updates(List.of(update)));
    }
  }
}
