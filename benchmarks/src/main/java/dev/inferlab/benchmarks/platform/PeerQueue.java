package dev.inferlab.benchmarks.platform;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * db-scheduler in this process, on the same PostgreSQL with the same durability: an embedded job
 * queue of good name, with the settings that its own performance page recommends (lock-and-fetch,
 * 20 threads, immediate execution). It has no REST, no broker and no remote agents, so it marks
 * what the database alone allows.
 */
final class PeerQueue implements AutoCloseable {
  private static final int THREADS = 20;

  private final HikariDataSource dataSource;
  private final InstantSource clock;
  private volatile Consumer<String> onRun = id -> {};
  private final OneTimeTask<Void> task =
      Tasks.oneTime("noop").execute((instance, context) -> onRun.accept(instance.getId()));

  PeerQueue(String jdbcUrl, String user, String password, InstantSource clock) throws SQLException {
    this.clock = clock;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(THREADS + 4);
    config.setSchema("peer");
    createTable(config);
    dataSource = new HikariDataSource(config);
  }

  /** Enqueues in batches; returns jobs a second. */
  double enqueue(String prefix, int jobs) {
    Scheduler client = scheduler();
    List<TaskInstance<?>> instances =
        IntStream.range(0, jobs).<TaskInstance<?>>mapToObj(i -> task.instance(prefix + i)).toList();
    long start = System.nanoTime();
    client.scheduleBatch(instances, clock.instant());
    return jobs / seconds(start);
  }

  /** Works off what was enqueued; returns jobs a second. */
  double workOff(int jobs) throws InterruptedException {
    CountDownLatch left = new CountDownLatch(jobs);
    onRun = id -> left.countDown();
    Scheduler worker = scheduler();
    long start = System.nanoTime();
    worker.start();
    try {
      if (!left.await(5, TimeUnit.MINUTES)) {
        throw new IllegalStateException(left.getCount() + " peer jobs did not run");
      }
      return jobs / seconds(start);
    } finally {
      worker.stop();
    }
  }

  /** Submits at a steady rate and measures submit and dispatch as the platform's are measured. */
  void steady(String prefix, SteadyLoad load, Latencies submit, Latencies dispatch)
      throws InterruptedException {
    int calls = Math.toIntExact(load.perSecond() * load.duration().toSeconds());
    long[] started = new long[calls];
    long[] committed = new long[calls];
    CountDownLatch left = new CountDownLatch(calls);
    onRun =
        id -> {
          started[Integer.parseInt(id.substring(prefix.length()))] = System.nanoTime();
          left.countDown();
        };
    Scheduler scheduler = scheduler();
    scheduler.start();
    try {
      load.run(
          (index, due) -> {
            scheduler.schedule(task.instance(prefix + index), clock.instant());
            committed[index] = System.nanoTime();
            submit.record(committed[index] - due);
          });
      if (!left.await(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException(left.getCount() + " peer jobs did not run");
      }
    } finally {
      scheduler.stop();
    }
    for (int i = 0; i < calls; i++) {
      dispatch.record(Math.max(0, started[i] - committed[i]));
    }
  }

  @Override
  public void close() {
    dataSource.close();
  }

  private Scheduler scheduler() {
    return Scheduler.create(dataSource, task)
        .threads(THREADS)
        .pollUsingLockAndFetch(0.5, 4.0)
        .pollingInterval(Duration.ofMillis(100))
        .enableImmediateExecution()
        .build();
  }

  private static void createTable(HikariConfig config) throws SQLException {
    try (HikariDataSource once = new HikariDataSource(config);
        Connection connection = once.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop schema if exists peer cascade");
      statement.execute("create schema peer");
      statement.execute(
          """
          create table peer.scheduled_tasks (
            task_name text not null,
            task_instance text not null,
            task_data bytea,
            execution_time timestamptz not null,
            picked boolean not null,
            picked_by text,
            last_success timestamptz,
            last_failure timestamptz,
            consecutive_failures int,
            last_heartbeat timestamptz,
            version bigint not null,
            priority smallint,
            primary key (task_name, task_instance))
          """);
      statement.execute("create index on peer.scheduled_tasks (execution_time)");
      statement.execute("create index on peer.scheduled_tasks (last_heartbeat)");
    }
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
