package dev.inferlab.agent.testkinds;

import dev.inferlab.agent.executor.JobContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads whole numbers out of flat JSON options. */
final class JsonOptions {
  private JsonOptions() {}

  static long number(JobContext job, String key, long otherwise) {
    Matcher matcher =
        Pattern.compile("\"" + key + "\"\\s*:\\s*(\\d+)")
            .matcher(job.spec().getOptions().toStringUtf8());
    return matcher.find() ? Long.parseLong(matcher.group(1)) : otherwise;
  }
}
