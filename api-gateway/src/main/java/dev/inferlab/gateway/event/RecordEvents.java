package dev.inferlab.gateway.event;

import dev.inferlab.gateway.experiment.JobEvents;
import dev.inferlab.gateway.target.TargetChanges;
import dev.inferlab.platform.inbox.Received;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.TargetChanged;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The last hop of the spine: brings what the scheduler said into the read model and the event log,
 * a whole batch in one transaction.
 */
@ApplicationScoped
class RecordEvents {
  private final JobEvents jobs;
  private final TargetChanges targets;
  private final EventLog log;

  RecordEvents(JobEvents jobs, TargetChanges targets, EventLog log) {
    this.jobs = jobs;
    this.targets = targets;
    this.log = log;
  }

  Uni<Void> record(Mutiny.Session session, List<Received<Event>> fresh) {
    EventBatch batch = EventBatch.of(fresh.stream().map(Received::message).toList());
    List<NewEvent> news = new ArrayList<>();
    return targets
        .apply(session, batch.targets())
        .invoke(changed -> news.addAll(targetEvents(batch, Set.copyOf(changed))))
        .chain(() -> jobs.apply(session, batch))
        .invoke(news::addAll)
        .chain(() -> log.append(session, news));
  }

  private List<NewEvent> targetEvents(EventBatch batch, Set<UUID> changed) {
    List<NewEvent> events = new ArrayList<>();
    for (TargetChanged target : batch.targets()) {
      UUID id = UUID.fromString(target.getTargetId());
      if (changed.contains(id)) {
        events.add(NewEvent.ofTarget(id, targets.event(target)));
      }
    }
    return events;
  }
}
