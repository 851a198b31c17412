package dev.inferlab.scheduler.simulation;

import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Decision.Verdict;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.JobBatch;
import dev.inferlab.scheduler.job.JobChange;
import dev.inferlab.scheduler.job.JobCommand;
import dev.inferlab.scheduler.placement.DeviceView;
import dev.inferlab.scheduler.placement.Placement;
import dev.inferlab.scheduler.placement.Plan;
import dev.inferlab.scheduler.placement.QueuedJob;
import dev.inferlab.scheduler.placement.Shares;
import dev.inferlab.scheduler.placement.TargetView;
import dev.inferlab.scheduler.placement.TargetView.Presence;
import dev.inferlab.scheduler.recording.Recording;
import dev.inferlab.scheduler.recording.Reported;
import dev.inferlab.scheduler.simulation.Wire.AttemptKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** One replica: the same pure parts as the service, over the simulated store and network. */
final class SimulatedScheduler {

  static final List<String> DEVICES = List.of("CPU", "GPU.0");
  private static final int SLOTS = 3;

  private static final class Stream {
    final Link link;
    final Store.Session session;
    final Set<AttemptKey> toldToStop = new HashSet<>();

    Stream(Link link, Store.Session session) {
      this.link = link;
      this.session = session;
    }
  }

  private final World world;
  private final Store store;
  private final Map<UUID, Stream> streams = new TreeMap<>();
  private boolean alive = true;

  SimulatedScheduler(World world, Store store) {
    this.world = world;
    this.store = store;
    world.every(50, () -> ifAlive(this::place));
    world.every(500, () -> ifAlive(this::expire));
    world.every(200, () -> ifAlive(this::sync));
  }

  boolean alive() {
    return alive;
  }

  void crash() {
    alive = false;
    streams.values().forEach(stream -> stream.link.cut());
    streams.clear();
  }

  private void ifAlive(Runnable action) {
    if (alive) {
      action.run();
    }
  }

  // -------------------------------------------------------------------------------------- admit

  record Command(UUID messageId, UUID jobId, JobCommand command) {}

  /** Delivers a message of the log until its effect is known to be stored. */
  void admit(Command message, Runnable done, Runnable failed) {
    store.transact(
        () -> {
          if (store.seen.add(message.messageId())) {
            admit(message);
          }
          return null;
        },
        _ -> {
          if (alive) {
            done.run();
            place();
          } else {
            failed.run();
          }
        },
        failed);
  }

  private void admit(Command message) {
    JobBatch batch = store.load(Set.of(message.jobId()));
    if (message.command() instanceof JobCommand.Cancel cancel
        && batch.find(message.jobId()).isEmpty()) {
      store.earlyCancels.put(message.jobId(), cancel.reason());
      return;
    }
    batch.apply(message.jobId(), message.command());
    String early = store.earlyCancels.remove(message.jobId());
    if (early != null) {
      batch.apply(message.jobId(), new JobCommand.Cancel(early));
    }
    store.save(batch);
  }

  // -------------------------------------------------------------------------------------- place

  private void place() {
    List<QueuedJob> window = new ArrayList<>();
    Instant now = world.now();
    for (Job job : store.jobs.values()) {
      boolean due = job.readyAt() == null || !job.readyAt().isAfter(now);
      if (job.state() == JobState.QUEUED && due) {
        window.add(queued(job));
      }
    }
    store.transact(() -> placeWindow(window), this::send, () -> {});
  }

  private static QueuedJob queued(Job job) {
    return new QueuedJob(
        job.id(),
        job.id().getMostSignificantBits(),
        job.request().kind(),
        job.request().owner(),
        job.request().priority(),
        job.request().demand());
  }

  private List<JobChange> placeWindow(List<QueuedJob> window) {
    if (window.isEmpty()) {
      return List.of();
    }
    List<TargetView> targets =
        streams.values().stream()
            .map(stream -> stream.session)
            .filter(store::holds)
            .map(this::view)
            .toList();
    List<Plan.Place> places = Placement.place(window, targets, Shares.NONE).places();
    JobBatch batch = store.load(places.stream().map(place -> place.job().id()).toList());
    places.forEach(
        place ->
            batch.apply(place.job().id(), new JobCommand.Assign(place.targetId(), place.device())));
    store.save(batch);
    return batch.changes();
  }

  private TargetView view(Store.Session session) {
    Map<String, Integer> shared = new HashMap<>();
    Set<String> measuring = new HashSet<>();
    for (Store.Lease lease : store.leases.values()) {
      if (lease.targetId().equals(session.targetId())) {
        if (lease.exclusive()) {
          measuring.add(lease.device());
        } else {
          shared.merge(lease.device(), 1, Integer::sum);
        }
      }
    }
    List<DeviceView> devices =
        DEVICES.stream()
            .map(
                device ->
                    new DeviceView(
                        device,
                        true,
                        "",
                        measuring.contains(device),
                        shared.getOrDefault(device, 0)))
            .toList();
    return new TargetView(
        session.targetId(), "lab", Presence.ONLINE, Map.of(), Set.of("noop"), SLOTS, devices, true);
  }

  private void send(List<JobChange> changes) {
    for (JobChange change : changes) {
      change
          .leased()
          .ifPresent(
              attempt -> {
                Stream stream = streams.get(attempt.targetId());
                if (alive && stream != null) {
                  stream.link.sendToAgent(
                      new Wire.Assign(
                          new AttemptKey(change.after().id(), attempt.number()),
                          attempt.device(),
                          change.after().request().demand().exclusive()));
                }
              });
    }
  }

  // ------------------------------------------------------------------------------------- agents

  void accept(Link link) {
    link.schedulerSide(message -> ifAlive(() -> receive(link, message)), () -> close(link));
  }

  private void close(Link link) {
    streams.values().removeIf(stream -> stream.link == link);
  }

  private void receive(Link link, Object message) {
    if (message instanceof Wire.Hello hello) {
      store.transact(() -> welcome(hello), it -> welcomed(link, it), link::cut);
      return;
    }
    streams.values().stream()
        .filter(stream -> stream.link == link)
        .findFirst()
        .ifPresent(
            stream -> {
              switch (message) {
                case Wire.Heartbeat it -> renew(stream, it);
                case Wire.Updates it -> record(stream, it);
                default -> throw new AssertionError("unknown message " + message);
              }
            });
  }

  private record Welcomed(Store.Session session, Set<AttemptKey> lost) {}

  private Welcomed welcome(Wire.Hello hello) {
    long epoch = store.epochs.merge(hello.targetId(), 1L, Long::sum);
    return new Welcomed(
        new Store.Session(hello.targetId(), epoch), renewAll(hello.targetId(), hello.live()));
  }

  private void welcomed(Link link, Welcomed welcomed) {
    if (alive) {
      streams.put(welcomed.session().targetId(), new Stream(link, welcomed.session()));
      link.sendToAgent(new Wire.Welcome(welcomed.lost()));
    }
  }

  private Set<AttemptKey> renewAll(UUID targetId, Set<AttemptKey> live) {
    Set<AttemptKey> lost = new TreeSet<>();
    for (AttemptKey key : new TreeSet<>(live)) {
      if (!store.renew(targetId, key.jobId(), key.attempt())) {
        lost.add(key);
      }
    }
    return lost;
  }

  private void renew(Stream stream, Wire.Heartbeat beat) {
    store.transact(
        () -> store.holds(stream.session) ? renewAll(stream.session.targetId(), beat.live()) : null,
        lost -> {
          if (alive && lost != null) {
            stream.link.sendToAgent(new Wire.HeartbeatAck(beat.sequence(), lost));
          }
        },
        () -> {});
  }

  private void record(Stream stream, Wire.Updates updates) {
    store.transact(
        () -> recorded(updates),
        stale -> {
          if (alive) {
            long last = updates.updates().getLast().sequence();
            stream.link.sendToAgent(new Wire.UpdatesAck(last, stale));
            place();
          }
        },
        () -> ifAlive(() -> record(stream, updates)));
  }

  private Set<AttemptKey> recorded(Wire.Updates updates) {
    JobBatch batch = store.load(updates.updates().stream().map(Wire.Update::jobId).toList());
    Recording recording = new Recording(batch);
    Set<AttemptKey> stale = new TreeSet<>();
    for (Wire.Update update : updates.updates()) {
      Reported reported =
          new Reported(update.sequence(), update.jobId(), update.report(), null, null);
      if (recording.add(reported) == Verdict.STALE) {
        stale.add(new AttemptKey(update.jobId(), update.report().attempt()));
      }
    }
    store.save(batch);
    return stale;
  }

  // -------------------------------------------------------------------------------------- sweep

  private void expire() {
    store.transact(
        () -> {
          Map<UUID, Store.Lease> expired = store.expired();
          JobBatch batch = store.load(expired.keySet());
          expired.forEach(
              (id, lease) -> batch.apply(id, new JobCommand.LoseLease(lease.attempt())));
          store.save(batch);
          return null;
        },
        _ -> {},
        () -> {});
  }

  /** What concerns our agents but happened elsewhere: cancels, and streams that moved on. */
  private void sync() {
    for (Stream stream : List.copyOf(streams.values())) {
      if (!store.holds(stream.session)) {
        streams.remove(stream.session.targetId());
        stream.link.cut();
      }
    }
    for (Store.Lease lease : store.leases.values()) {
      Stream stream = streams.get(lease.targetId());
      AttemptKey key = new AttemptKey(lease.jobId(), lease.attempt());
      if (stream != null
          && store.jobs.get(lease.jobId()).cancelRequested()
          && stream.toldToStop.add(key)) {
        stream.link.sendToAgent(new Wire.Stop(key));
      }
    }
  }
}
