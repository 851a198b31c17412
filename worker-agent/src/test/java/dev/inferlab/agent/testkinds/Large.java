package dev.inferlab.agent.testkinds;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;

/** Says more than it should: {@code {"stage": n, "part": n, "result": n}} bytes of each. */
public final class Large implements JobRunner {
  @Override
  public String kind() {
    return "large";
  }

  @Override
  public ByteString run(JobContext job) throws Exception {
    job.progress(0.5, "x".repeat((int) JsonOptions.number(job, "stage", 1)));
    job.part("part", bytes(job, "part"));
    return bytes(job, "result");
  }

  private static ByteString bytes(JobContext job, String option) {
    return ByteString.copyFrom(new byte[(int) JsonOptions.number(job, option, 1)]);
  }
}
