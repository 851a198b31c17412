package dev.inferlab.scheduler.agent;

import dev.inferlab.platform.db.Patience;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.scheduler.store.Hints;
import dev.inferlab.scheduler.store.Hints.Hint;
import dev.inferlab.scheduler.store.LeaseTable;
import dev.inferlab.scheduler.target.ConnectTarget;
import dev.inferlab.scheduler.target.Targets;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Makes a connected target of an agent that said Hello, and a departed one of one that says
 * goodbye.
 */
@ApplicationScoped
public class WelcomeAgent {

  private final Outbox outbox;
  private final ConnectTarget targets;
  private final LeaseTable leases;
  private final AgentSessions sessions;
  private final Hints hints;

  WelcomeAgent(
      Outbox outbox,
      ConnectTarget targets,
      LeaseTable leases,
      AgentSessions sessions,
      Hints hints) {
    this.outbox = outbox;
    this.targets = targets;
    this.leases = leases;
    this.sessions = sessions;
    this.hints = hints;
  }

  /**
   * @param lost attempts that the agent still runs but no longer holds
   */
  record Welcomed(long epoch, boolean draining, List<LiveJob> lost) {}

  /** Waits for the database as long as it takes. */
  Uni<Welcomed> welcome(AgentSession session, Hello hello) {
    UUID id = HelloRules.targetId(hello);
    return Patience.untilPossible(
        "Hello",
        () ->
            session.closed()
                ? Uni.createFrom().failure(new IllegalStateException("The stream is over"))
                : outbox.inTransaction(tx -> welcome(tx, id, hello)));
  }

  private Uni<Welcomed> welcome(Mutiny.Session tx, UUID id, Hello hello) {
    return targets
        .connect(tx, id, hello, sessions.replica())
        .chain(
            row ->
                leases
                    .renew(tx, held(id, hello.getLiveList()))
                    .map(
                        renewed ->
                            new Welcomed(
                                row.epoch(), row.draining(), lost(hello.getLiveList(), renewed))))
        .call(() -> hints.send(tx, Hint.AGENTS));
  }

  /**
   * Gives the attempts of its stream whose end is not stored yet: most crossed its goodbye on the
   * way, of some the end is being recorded.
   */
  Uni<Map<UUID, Integer>> goodbye(AgentSession session) {
    Targets.Stream stream = session.stream();
    return outbox.inTransaction(
        tx ->
            targets
                .disconnect(tx, stream)
                .chain(() -> leases.of(tx, stream.id(), stream.epoch()))
                .map(
                    held ->
                        held.stream()
                            .collect(
                                Collectors.toMap(
                                    LeaseTable.Held::jobId, LeaseTable.Held::attempt))));
  }

  /** Those that can be names of attempts; others were never anybody's. */
  public static List<LeaseTable.Held> held(UUID targetId, List<LiveJob> live) {
    List<LeaseTable.Held> held = new ArrayList<>();
    for (LiveJob job : live) {
      if (HelloRules.isUuid(job.getJobId())) {
        held.add(new LeaseTable.Held(UUID.fromString(job.getJobId()), job.getAttempt(), targetId));
      }
    }
    return held;
  }

  /** What was claimed but is not held. */
  public static List<LiveJob> lost(List<LiveJob> claimed, List<LeaseTable.Held> renewed) {
    Set<LiveJob> kept = new HashSet<>();
    renewed.forEach(
        it ->
            kept.add(
                LiveJob.newBuilder()
                    .setJobId(it.jobId().toString())
                    .setAttempt(it.attempt())
                    .build()));
    return claimed.stream().filter(job -> !kept.contains(job)).toList();
  }
}
