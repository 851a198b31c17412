package dev.inferlab.platform.inbox;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Keeps the inbox small. Several replicas may do it at once: they delete what is there. */
@ApplicationScoped
class InboxPruning {
  private static final Logger LOG = Logger.getLogger(InboxPruning.class);
  private static final Duration EVERY = Duration.ofHours(1);

  void start(@Observes StartupEvent event, Vertx vertx, Inbox inbox) {
    vertx.setPeriodic(EVERY.toMillis(), timer -> prune(inbox));
  }

  private static void prune(Inbox inbox) {
    inbox
        .prune()
        .subscribe()
        .with(
            deleted -> LOG.debugf("Forgot %d messages of the inbox", deleted),
            failure -> LOG.warnf(failure, "Could not prune the inbox; next try in an hour"));
  }
}
