package dev.inferlab.agent.session;

import dev.inferlab.agent.attempt.AttemptId;
import dev.inferlab.proto.agent.v1.Assignment;
import java.util.Collection;
import java.util.Set;

/** What the scheduler's messages ask of the agent; none of the calls blocks. */
public interface WorkDesk {
  void assigned(Assignment assignment);

  /** A user cancelled it: stop it, report Stopped. */
  void cancelled(AttemptId attempt, String reason);

  /** No longer this agent's: stop it, report nothing. */
  void lost(Collection<AttemptId> attempts);

  /** Held here, ended ones included whose end the lab does not know yet. */
  Set<AttemptId> live();

  /** Whether it takes nothing more. */
  boolean stopping();
}
