package dev.inferlab.agent.testkinds;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;

/** Takes {@code {"millis": n}}, tells progress about once a second, and succeeds. */
public final class Sleep implements JobRunner {
  @Override
  public String kind() {
    return "sleep";
  }

  @Override
  public ByteString run(JobContext job) throws InterruptedException {
    long millis = JsonOptions.number(job, "millis", 100);
    long start = System.nanoTime();
    for (long passed = 0; passed < millis; passed = (System.nanoTime() - start) / 1_000_000) {
      job.progress((double) passed / millis, "Sleeping");
      Thread.sleep(Math.min(1000, millis - passed));
    }
    return ByteString.copyFromUtf8("{\"sleptMillis\":" + millis + "}");
  }
}
