package dev.inferlab.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.infra.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real failures of the real client, server and code. */
class DatabaseTroubleTest {
  private static Vertx vertx;
  private static PgConnectOptions options;
  private static Pool pool;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    TestDatabase database = Infra.shared().newDatabase();
    options =
        PgConnectOptions.fromUri(database.reactiveUrl())
            .setUser(database.user())
            .setPassword(database.password());
    pool = pool(options, new PoolOptions().setMaxSize(2));
    failure(
        pool.query("create table thing (id int primary key, name varchar(3) not null)").execute());
  }

  @AfterAll
  static void close() {
    pool.close();
    vertx.close();
  }

  @Test
  void whatStopsOrIsBusyIsNoFaultOfTheData() {
    ExecutorService stopped = Executors.newSingleThreadExecutor();
    stopped.shutdown();
    assertThat(DatabaseTrouble.isFaultOfData(catchThrowable(() -> stopped.execute(() -> {}))))
        .isFalse();
  }

  @Test
  void aDatabaseThatGoesAwayIsAway() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    Pool nobody = pool(new PgConnectOptions(options).setPort(port), new PoolOptions());
    assertAway(failure(nobody.query("select 1").execute()));
    nobody.close();

    assertAway(failure(pool.query("select pg_terminate_backend(pg_backend_pid())").execute()));

    SqlConnection connection = result(pool.getConnection());
    failure(connection.query("select pg_terminate_backend(pg_backend_pid())").execute());
    assertAway(failure(connection.query("select 1").execute()));
    assertAway(failure(connection.begin()));
    connection.close();
  }

  @Test
  void aServiceThatShutsDownIsAway() {
    Pool closed = pool(options, new PoolOptions());
    result(closed.query("select 1").execute());
    closed.close();
    assertAway(failure(closed.query("select 1").execute()));
  }

  @Test
  void whatIsBusyIsAway() {
    Pool one =
        pool(
            options,
            new PoolOptions()
                .setMaxSize(1)
                .setConnectionTimeout(100)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS));
    SqlConnection holder = result(one.getConnection());
    assertAway(failure(one.query("select 1").execute()));
    result(holder.query("begin; lock table thing").execute());
    assertAway(failure(pool.query("set lock_timeout = 50; select * from thing").execute()));
    result(holder.query("rollback; set idle_in_transaction_session_timeout = 50; begin").execute());
    result(pool.query("select pg_sleep(0.3)").execute());
    assertAway(failure(holder.query("select 1").execute()));
    one.close();
  }

  @Test
  void whatTheDatabaseCannotTakeIsTheDatasFault() {
    result(pool.query("insert into thing values (1, 'one') on conflict do nothing").execute());
    assertFault(failure(pool.query("insert into thing values (1, 'one')").execute()));
    assertFault(failure(pool.query("insert into thing values (2, null)").execute()));
    assertFault(failure(pool.query("insert into thing values (3, 'three')").execute()));
    assertFault(failure(pool.query("select '{\"a\": \"\\u0000\"}'::jsonb ->> 'a'").execute()));
  }

  @Test
  void whatOurCodeCannotTakeIsTheDatasFault() {
    assertFault(catchThrowable(() -> Map.of().entrySet().iterator().next()));
    assertFault(
        new IllegalStateException(
            "wrapped", catchThrowable(() -> Integer.parseInt(pool.toString()))));
    assertFault(catchThrowable(() -> JobCommand.parseFrom(new byte[] {1, 2, 3})));
    assertThat(catchThrowable(() -> JobCommand.parseFrom(new byte[] {1, 2, 3})))
        .isInstanceOf(InvalidProtocolBufferException.class);
  }

  @Test
  void whatNobodyThoughtOfIsNotTheDatasFault() {
    Throwable undefined = failure(pool.query("select * from nothing").execute());
    assertThat(DatabaseTrouble.isFaultOfData(undefined)).isFalse();
    assertThat(DatabaseTrouble.isAway(undefined)).isFalse();
    Throwable theirs = new NullPointerException();
    theirs.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("org.hibernate.Session", "x", "f", 1)});
    assertThat(DatabaseTrouble.isFaultOfData(theirs)).isFalse();
    // A closed pool that our code notices first is still a closed pool.
    Pool closed = pool(options, new PoolOptions());
    closed.close();
    assertAway(new IllegalStateException(failure(closed.query("select 1").execute())));
  }

  private static void assertAway(Throwable failure) {
    assertThat(failure).isNotNull();
    assertThat(DatabaseTrouble.isAway(failure)).as("away: %s", failure).isTrue();
    assertThat(DatabaseTrouble.isFaultOfData(failure)).as("data: %s", failure).isFalse();
  }

  private static void assertFault(Throwable failure) {
    assertThat(failure).isNotNull();
    assertThat(DatabaseTrouble.isFaultOfData(failure)).as("data: %s", failure).isTrue();
    assertThat(DatabaseTrouble.isAway(failure)).as("away: %s", failure).isFalse();
  }

  private static Pool pool(PgConnectOptions connect, PoolOptions options) {
    return PgBuilder.pool().using(vertx).connectingTo(connect).with(options).build();
  }

  private static <T> T result(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /** Null if it succeeds. */
  private static Throwable failure(Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
