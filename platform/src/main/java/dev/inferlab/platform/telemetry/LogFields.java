package dev.inferlab.platform.telemetry;

import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import org.jboss.logging.MDC;

/**
 * The fields by which log lines of one job are found: {@code mdc.jobId} and {@code
 * mdc.experimentId} in the JSON logs.
 */
public final class LogFields implements AutoCloseable {
  public static final String JOB = "jobId";
  public static final String EXPERIMENT = "experimentId";

  private LogFields() {}

  /**
   * Sets the fields for what is logged until this is closed, on this thread or, in Vert.x, in this
   * request or message.
   *
   * @param experimentId empty for jobs that serve no experiment
   */
  public static LogFields of(String jobId, String experimentId) {
    MDC.put(JOB, jobId);
    if (!experimentId.isEmpty()) {
      MDC.put(EXPERIMENT, experimentId);
    }
    return new LogFields();
  }

  /** The same around asynchronous work. */
  public static <T> Uni<T> around(String jobId, String experimentId, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              LogFields fields = of(jobId, experimentId);
              return work.get().eventually(fields::close);
            });
  }

  @Override
  public void close() {
    MDC.remove(JOB);
    MDC.remove(EXPERIMENT);
  }
}
