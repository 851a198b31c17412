package dev.inferlab.gateway.event;

import dev.inferlab.gateway.experiment.JobEvents;
import dev.inferlab.gateway.target.TargetChanges;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.inbox.Inbox;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.TargetChanged;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The last hop of the spine: brings what the scheduler said into the read model and the event log,
 * a whole batch in one transaction.
 */
@ApplicationScoped
class RecordEvents {
  private final Database database;
  private final Inbox inbox;
  private final JobEvents jobs;
  private final TargetChanges targets;
  private final EventLog log;
  private final EventFeed feed;

  RecordEvents(
      Database database,
      Inbox inbox,
      JobEvents jobs,
      TargetChanges targets,
      EventLog log,
      EventFeed feed) {
    this.database = database;
    this.inbox = inbox;
    this.jobs = jobs;
    this.targets = targets;
    this.log = log;
    this.feed = feed;
  }

  Uni<Void> record(List<Event> events) {
    Map<UUID, Event> byId =
        events.stream()
            .collect(
                Collectors.toMap(
                    event -> UUID.fromString(event.getEnvelope().getMessageId()),
                    Function.identity(),
                    (first, again) -> first,
                    java.util.LinkedHashMap::new));
    return database
        .inTransaction(
            session ->
                inbox
                    .firstSeen(session, byId.keySet())
                    .chain(
                        fresh ->
                            apply(
                                session,
                                byId.entrySet().stream()
                                    .filter(entry -> fresh.contains(entry.getKey()))
                                    .map(Map.Entry::getValue)
                                    .toList())))
        .invoke(feed::wake);
  }

  private Uni<Void> apply(Mutiny.Session session, List<Event> fresh) {
    EventBatch batch = EventBatch.of(fresh);
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
