package dev.inferlab.agent.testkinds;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;

/** Does nothing and succeeds: what is left is the platform's own cost. */
public final class Noop implements JobRunner {
  @Override
  public String kind() {
    return "noop";
  }

  @Override
  public ByteString run(JobContext job) {
    return ByteString.EMPTY;
  }
}
