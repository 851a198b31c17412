package dev.inferlab.scheduler.target;

import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.scheduler.placement.DeviceView;
import dev.inferlab.scheduler.placement.TargetView;
import dev.inferlab.scheduler.placement.TargetView.Presence;
import dev.inferlab.scheduler.store.LeaseTable.DeviceLoad;
import dev.inferlab.scheduler.store.LeaseTable.Locked;
import dev.inferlab.scheduler.store.Rows;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.reactive.mutiny.Mutiny;

/** Reads, locks and saves targets; every change that users can see is told. */
@ApplicationScoped
public class Targets {

  /** A target's facts as of a version; what it is busy with comes from the leases. */
  public record Facts(
      UUID id,
      long version,
      String name,
      Presence presence,
      Map<String, String> labels,
      Set<String> kinds,
      int slots,
      List<DeviceView> devices) {

    static Facts of(TargetRow row) {
      Hello hello = row.hello();
      return new Facts(
          row.id,
          row.version,
          row.name,
          presence(row),
          row.labels(),
          Set.copyOf(hello.getJobKindsList()),
          hello.getSlots(),
          hello.getDevicesList().stream().map(Facts::device).toList());
    }

    private static Presence presence(TargetRow row) {
      if (!row.connected()) {
        return Presence.AWAY;
      }
      return row.draining ? Presence.DRAINING : Presence.ONLINE;
    }

    private static DeviceView device(Device device) {
      return new DeviceView(device.getId(), device.getAvailable(), device.getReason(), false, 0);
    }

    public TargetView view(Collection<DeviceLoad> load, boolean reachable) {
      List<DeviceView> busy = devices.stream().map(device -> busy(device, load)).toList();
      return new TargetView(id, name, presence, labels, kinds, slots, busy, reachable);
    }

    private DeviceView busy(DeviceView device, Collection<DeviceLoad> load) {
      boolean measuring = false;
      int shared = 0;
      for (DeviceLoad each : load) {
        if (each.targetId().equals(id) && each.device().equals(device.id())) {
          measuring |= each.exclusive();
          shared += each.exclusive() ? 0 : each.jobs();
        }
      }
      return new DeviceView(device.id(), device.available(), device.reason(), measuring, shared);
    }
  }

  private static final String VERSIONS =
      """
      select cast(json_build_object('id', id, 'version', version) as text) from target where not forgotten
      """;

  private final Outbox outbox;
  private final TargetMessages messages;
  private final Map<UUID, Facts> known = new ConcurrentHashMap<>();

  Targets(Outbox outbox, TargetMessages messages) {
    this.outbox = outbox;
    this.messages = messages;
  }

  /** Of all targets; only what changed since the last call is read. */
  public Uni<List<Facts>> all(Mutiny.Session session) {
    return Rows.list(session, Locked.class, VERSIONS, Map.of())
        .chain(
            versions -> {
              Set<UUID> there = new HashSet<>();
              versions.forEach(each -> there.add(each.id()));
              known.keySet().retainAll(there);
              return facts(session, versions);
            });
  }

  /** Of some targets, whose versions were just read. */
  public Uni<List<Facts>> facts(Mutiny.Session session, Collection<Locked> versions) {
    List<UUID> outdated = versions.stream().filter(each -> !isKnown(each)).map(Locked::id).toList();
    return read(session, outdated)
        .map(
            _ ->
                versions.stream()
                    .map(each -> known.get(each.id()))
                    .filter(facts -> facts != null)
                    .toList());
  }

  private boolean isKnown(Locked version) {
    Facts facts = known.get(version.id());
    return facts != null && facts.version() == version.version();
  }

  private Uni<Void> read(Mutiny.Session session, List<UUID> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createQuery("from TargetRow where id in :ids", TargetRow.class)
        .setParameter("ids", ids)
        .getResultList()
        .invoke(rows -> rows.forEach(row -> known.put(row.id, Facts.of(row))))
        .replaceWithVoid();
  }

  /** Who holds the stream of which target, by its epoch. */
  public record Stream(UUID id, long epoch) {}

  /** Null if there is none. */
  Uni<TargetRow> lock(Mutiny.Session session, UUID id) {
    return session.find(TargetRow.class, id, LockModeType.PESSIMISTIC_WRITE);
  }

  /** Saves a change and tells it. */
  Uni<Void> tell(Mutiny.Session session, TargetRow row, TargetState state, Instant now) {
    row.changed(state, now);
    return session.flush().chain(() -> outbox.append(session, messages.changed(row)));
  }
}
