package dev.inferlab.agent.observe;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * A log record as one JSON line; what the thread's context says (jobId, attempt, device) becomes
 * fields.
 */
final class JsonLogFormatter extends ExtFormatter {
  private final String target;

  JsonLogFormatter(String target) {
    this.target = target;
  }

  @Override
  public String format(ExtLogRecord logRecord) {
    JsonLine line =
        new JsonLine()
            .put("time", logRecord.getInstant().toString())
            .put("level", logRecord.getLevel().getName())
            .put("service", "worker-agent")
            .put("target", target)
            .put("logger", logRecord.getLoggerName())
            .put("message", logRecord.getFormattedMessage());
    logRecord.getMdcCopy().forEach(line::put);
    if (logRecord.getThrown() != null) {
      StringWriter stack = new StringWriter();
      logRecord.getThrown().printStackTrace(new PrintWriter(stack));
      line.put("stack", stack.toString());
    }
    return line + "\n";
  }
}
