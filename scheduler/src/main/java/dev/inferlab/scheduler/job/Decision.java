package dev.inferlab.scheduler.job;

import java.util.List;

/**
 * The answer to a command.
 *
 * @param events what happens now; none unless the verdict is ACCEPTED
 */
public record Decision(Verdict verdict, List<JobEvent> events) {

  public enum Verdict {
    ACCEPTED,
    /** It was already so: an effect that is asked for twice is had once. */
    REPEATED,
    /** The speaker no longer holds the job; nothing happens. */
    STALE
  }

  public Decision {
    events = List.copyOf(events);
  }

  static Decision accepted(JobEvent... events) {
    return new Decision(Verdict.ACCEPTED, List.of(events));
  }

  static Decision repeated() {
    return new Decision(Verdict.REPEATED, List.of());
  }

  static Decision stale() {
    return new Decision(Verdict.STALE, List.of());
  }
}
