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

  /**
   * Of two streams of one target the later one, by its epoch, speaks for it: two welcomes may end
   * in the other order than they began.
   */
  void add(AgentSession session) {
    AgentSession over;
    synchronized (this) {
      AgentSession other = byTarget.get(session.targetId());
      boolean later = other == null || session.stream().epoch() > other.stream().epoch();
      if (later) {
        byTarget.put(session.targetId(), session);
      }
      over = later ? other : session;
    }
    if (over != null) {
      over.takenOver();
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
