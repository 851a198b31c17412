package dev.inferlab.scheduler.agent;

import dev.inferlab.platform.id.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The agents whose streams this replica holds. */
@ApplicationScoped
public class AgentSessions {

  private final UUID replica;
  private final Map<UUID, AgentSession> byTarget = new ConcurrentHashMap<>();

  AgentSessions(Ids ids) {
    this.replica = ids.next();
  }

  /** Names this process among the replicas; another one after each start. */
  public UUID replica() {
    return replica;
  }

  /** A later stream of the same target takes its place. */
  void add(AgentSession session) {
    AgentSession before = byTarget.put(session.targetId(), session);
    if (before != null && before != session) {
      before.takenOver();
    }
  }

  void remove(AgentSession session) {
    if (session.targetId() != null) {
      byTarget.remove(session.targetId(), session);
    }
  }

  public Optional<AgentSession> find(UUID targetId) {
    return Optional.ofNullable(byTarget.get(targetId));
  }

  public List<AgentSession> all() {
    return List.copyOf(byTarget.values());
  }
}
