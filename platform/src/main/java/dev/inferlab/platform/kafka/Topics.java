package dev.inferlab.platform.kafka;

import java.time.Duration;

/** The topics of {@code inferlab/job/v1/messages.proto}. */
public final class Topics {
  /** {@code JobCommand}, keyed by job id: from the gateway and services to the scheduler. */
  public static final String JOBS = "inferlab.jobs.v1";

  /** {@code TargetCommand}, keyed by target id: from the gateway to the scheduler. */
  public static final String TARGETS = "inferlab.targets.v1";

  /** {@code Event}, keyed by job or target id: from the scheduler to whoever wants to know. */
  public static final String EVENTS = "inferlab.events.v1";

  /**
   * For how long a message stays at least. A consumer that is away for longer has lost what it did
   * not read.
   */
  public static final Duration RETENTION = Duration.ofDays(7);

  /** Kafka deletes whole segments: a message stays longer than the retention by at most this. */
  public static final Duration SEGMENT = Duration.ofDays(1);

  private Topics() {}

  /** Where messages of a topic go that nobody could read or apply. */
  public static String deadLetters(String topic) {
    return topic + ".dlq";
  }
}
