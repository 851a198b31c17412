package dev.inferlab.scheduler.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a batch of commands did to one job, whatever their number.
 *
 * @param before null if the job is new
 */
public record JobChange(Job before, Job after, List<JobEvent> events) {

  public JobChange {
    events = List.copyOf(events);
  }

  JobChange then(Job next, List<JobEvent> more) {
    List<JobEvent> all = new ArrayList<>(events);
    all.addAll(more);
    return new JobChange(before, next, all);
  }

  public boolean isNew() {
    return before == null;
  }

  /** The attempt whose lease begins. */
  public Optional<Attempt> leased() {
    return after.liveAttempt().filter(live -> isNew() || live.number() > before.fence());
  }

  /** The attempt, as it ended, whose lease is over. */
  public Optional<Attempt> released() {
    return isNew()
        ? Optional.empty()
        : before
            .liveAttempt()
            .map(_ -> after.attempts().get(before.attempts().size() - 1))
            .filter(attempt -> !attempt.live());
  }

  /** Whether the agent that holds the job must be told to stop it. */
  public boolean stopWanted() {
    return after.liveAttempt().isPresent()
        && after.cancelRequested()
        && (isNew() || !before.cancelRequested());
  }

  /**
   * Whether anything happened that is worth telling: an admission alone is what everybody expects.
   */
  public boolean newsworthy() {
    return events.stream().anyMatch(event -> !(event instanceof JobEvent.Submitted));
  }
}
