package dev.inferlab.scheduler.watch;

import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.loop.PassLoop;
import dev.inferlab.scheduler.store.Rows;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How the lab stands, read from the rows every few seconds. Every replica tells the same figures:
 * take the maximum over them, not the sum.
 */
@ApplicationScoped
public class LabGauges {

  private static final long PERIOD_MILLIS = 5_000;

  // What waits is read by the two partial indexes of the queue; asked for at once it is by neither.
  private static final String STANDING =
      """
      select cast(json_build_object(
        'queued', (select coalesce(json_agg(q), '[]') from (
          select kind, coalesce(cast(target_id as text), 'any') as target, count(*) as jobs
          from (select kind, target_id from job where state = 'QUEUED' and ready_at is null
                union all
                select kind, target_id from job where state = 'QUEUED' and ready_at is not null) as waiting
          group by 1, 2 order by 3 desc limit 500) as q),
        'agents', (select json_agg(a) from (
          select s.state, count(t.id) as agents
          from unnest(array['ONLINE', 'DRAINING', 'DRAINED', 'LOST', 'OFFLINE']) as s(state)
          left join target t on t.state = s.state and not t.forgotten
          group by 1) as a),
        'beats', (select coalesce(json_agg(b), '[]') from (
          select cast(id as text) as target, extract(epoch from clock_timestamp() - last_seen) as age
          from target where state in ('ONLINE', 'DRAINING', 'DRAINED', 'LOST') and not forgotten
          order by last_seen desc limit 1000) as b),
        'busy', (select coalesce(json_agg(d), '[]') from (
          select cast(target_id as text) as target, device, count(*) as jobs from lease group by 1, 2) as d)) as text)
      """;

  private final Database database;
  private final MultiGauge queued;
  private final MultiGauge agents;
  private final MultiGauge ages;
  private final MultiGauge busy;
  private final PassLoop loop;
  private final Vertx vertx;
  private long timer;

  LabGauges(Database database, MeterRegistry registry, Vertx vertx) {
    this.database = database;
    this.vertx = vertx;
    this.queued =
        MultiGauge.builder("inferlab.jobs.queued").description("Jobs that wait").register(registry);
    this.agents =
        MultiGauge.builder("inferlab.agents")
            .description("Targets by state, 0 included")
            .register(registry);
    this.ages =
        MultiGauge.builder("inferlab.agent.heartbeat.age")
            .description("Since the last heartbeat of a target that is connected or was lost")
            .baseUnit("seconds")
            .register(registry);
    this.busy =
        MultiGauge.builder("inferlab.device.busy")
            .description("Jobs that a device runs")
            .register(registry);
    this.loop = new PassLoop("Gauges", vertx, this::pass);
  }

  void start(@Observes StartupEvent event) {
    timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> loop.wake());
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
    loop.stop();
  }

  private record Queued(String kind, String target, long jobs) {}

  private record Agents(String state, long agents) {}

  private record Beat(String target, double age) {}

  private record Busy(String target, String device, long jobs) {}

  private record Standing(
      List<Queued> queued, List<Agents> agents, List<Beat> beats, List<Busy> busy) {}

  private Uni<Integer> pass() {
    return database
        .inSession(session -> Rows.one(session, Standing.class, STANDING, Map.of()))
        .invoke(this::show)
        .replaceWith(0);
  }

  private void show(Standing now) {
    show(
        queued,
        now.queued(),
        it -> Row.of(Tags.of("kind", it.kind(), "target", it.target()), it.jobs()));
    show(agents, now.agents(), it -> Row.of(Tags.of("state", it.state()), it.agents()));
    show(ages, now.beats(), it -> Row.of(Tags.of("target", it.target()), it.age()));
    show(
        busy,
        now.busy(),
        it -> Row.of(Tags.of("target", it.target(), "device", it.device()), it.jobs()));
  }

  private static <T> void show(MultiGauge gauge, List<T> figures, Function<T, Row<Number>> row) {
    gauge.register(figures.stream().map(row).toList(), true);
  }
}
