package dev.inferlab.platform.kafka;

/** The topics of {@code inferlab/job/v1/messages.proto}. */
public final class Topics {
  /** {@code JobCommand}, keyed by job id: from the gateway and services to the scheduler. */
  public static final String JOBS = "inferlab.jobs.v1";

  /** {@code TargetCommand}, keyed by target id: from the gateway to the scheduler. */
  public static final String TARGETS = "inferlab.targets.v1";

  /** {@code Event}, keyed by job or target id: from the scheduler to whoever wants to know. */
  public static final String EVENTS = "inferlab.events.v1";

  private Topics() {}

  /** Where messages of a topic go that nobody could read or apply. */
  public static String deadLetters(String topic) {
    return topic + ".dlq";
  }
}
