package dev.inferlab.agent.session;

import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.job.v1.Resources;

/** What the agent says of itself. */
public interface HelloSource {
  /** Everything but the live attempts. */
  Hello hello();

  Resources resources();
}
