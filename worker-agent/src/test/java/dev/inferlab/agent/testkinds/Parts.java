package dev.inferlab.agent.testkinds;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies each input into an artifact and a part of its own, skipping those that are done. */
public final class Parts implements JobRunner {
  @Override
  public String kind() {
    return "parts";
  }

  @Override
  public ByteString run(JobContext job) throws Exception {
    for (var input : job.spec().getInputsList()) {
      String key = "copy/" + input.getPath();
      if (!job.completedParts().contains(key)) {
        Path copy = job.outputs().resolve(input.getPath().replace('/', '_'));
        Files.copy(job.inputs().resolve(input.getPath()), copy);
        job.part(key, job.artifact(copy).toByteString());
      }
    }
    return ByteString.copyFromUtf8("done");
  }
}
