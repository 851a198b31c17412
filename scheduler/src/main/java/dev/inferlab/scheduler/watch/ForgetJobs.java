package dev.inferlab.scheduler.watch;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.inbox.Inbox;
import dev.inferlab.platform.loop.PassLoop;
import dev.inferlab.scheduler.SchedulerConfig;
import dev.inferlab.scheduler.store.Rows;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;

/** Removes what nobody asks for any more: jobs that ended long ago, and small leavings. */
@ApplicationScoped
public class ForgetJobs {

  private static final long PERIOD_MILLIS = 600_000;

  /** In small steps; a pass that removed much is followed by another one at once. */
  private static final String JOBS =
      """
      delete from job where id in (
        select id from job
        where created_at < clock_timestamp() - make_interval(secs => :age)
          and state in ('SUCCEEDED', 'FAILED', 'CANCELLED') limit 1000)
      """;

  /** As long as the inbox remembers: a submit that comes later than that comes never. */
  private static final String CANCELS =
      "delete from early_cancel where at < now() - make_interval(secs => :age)";

  private static final String SHARES =
      """
      delete from owner_share
      where served < 100 and as_of < clock_timestamp() - make_interval(hours => 1)
      """;

  private final Database database;
  private final Vertx vertx;
  private final double ageSeconds;
  private final PassLoop loop;
  private long timer;

  ForgetJobs(Database database, SchedulerConfig config, Vertx vertx) {
    this.database = database;
    this.vertx = vertx;
    this.ageSeconds = config.retention().toSeconds();
    this.loop = new PassLoop("Forgetting", vertx, this::pass);
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> loop.wake());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
    loop.stop();
  }

  private Uni<Integer> pass() {
    return database.inTransaction(
        tx ->
            Rows.update(tx, CANCELS, Map.of("age", (double) Inbox.MEMORY.toSeconds()))
                .chain(() -> Rows.update(tx, SHARES, Map.of()))
                .chain(() -> Rows.update(tx, JOBS, Map.of("age", ageSeconds))));
  }
}
