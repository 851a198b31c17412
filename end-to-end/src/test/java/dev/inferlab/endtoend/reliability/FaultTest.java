package dev.inferlab.endtoend.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.endtoend.lab.Await;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.TinyModel;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills everything at random while jobs run, and then asks the checker. Run one again with {@code
 * -Dinferlab.seed=N}; in the long form with {@code -Dinferlab.kills=N -Dinferlab.jobs=N}.
 *
 * <p>The last job is accepted before the last kill. From the moment at which the last killed
 * process is up again ({@link Restarts} says what that means), every job must have its end within
 * 20 s, and all of its effects must have arrived.
 */
class FaultTest {
  /** More only where a machine is busy with other things. */
  private static final Duration LAST_JOB =
      Duration.ofSeconds(Integer.getInteger("inferlab.faults.limit", 20));

  /** Late may be a slow machine; what has no end after this is lost. */
  private static final Duration LOST = LAST_JOB.plusMinutes(3);

  @TempDir private Path home;

  /** Of an earlier try in this JVM: trying again forgives a slow machine, not a broken promise. */
  private static final List<String> BROKEN = new CopyOnWriteArrayList<>();

  @Test
  void nothingIsLostAndNothingDoubledWhenProcessesAreKilled() throws Exception {
    run(Long.getLong("inferlab.seed", new Random().nextInt(1_000_000)), 20, 200);
  }

  @Test
  @Tag("long")
  void norInTheLongRun() throws Exception {
    run(
        Long.getLong("inferlab.seed", new Random().nextInt(1_000_000)),
        Integer.getInteger("inferlab.kills", 200),
        Integer.getInteger("inferlab.jobs", 2_000));
  }

  private void run(long seed, int kills, int jobs) throws Exception {
    assertThat(BROKEN).as("promises that an earlier try broke").isEmpty();
    // A JVM takes some 5 s to be of use again on two cores: with less in between, kills hit a lab
    // that does nothing but start.
    FaultPlan plan = FaultPlan.of(seed, kills, Duration.ofSeconds(3), Duration.ofSeconds(7));
    System.out.printf(
        "[faults] seed %d: %d kills, %d jobs; end-to-end/README.md says how to run it again%n",
        seed, kills, jobs);
    // Kills use attempts up: how many there may be is not what this is about.
    try (Lab lab = Lab.start(home, 2, Map.of("INFERLAB_EXPERIMENTS_MAX_ATTEMPTS", "50"))) {
      List<String> projects = projects(lab);
      long length = plan.kills().stream().mapToLong(kill -> kill.after().toMillis()).sum();
      Load load = new Load(lab.client(), projects, seed);
      Faults faults = new Faults(lab);
      try (Restarts restarts = new Restarts(lab);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        CompletableFuture<List<String>> submits =
            CompletableFuture.supplyAsync(
                () -> submit(load, jobs, Duration.ofMillis(length / jobs)), threads);
        Set<Long> killed = faults.strike(plan, () -> accepted(submits));
        List<String> accepted = accepted(submits);
        long quiet;
        try {
          quiet = restarts.awaitLast(killed);
        } catch (AssertionError e) {
          BROKEN.add("a killed process that did not come back: " + e.getMessage());
          throw e;
        }
        try (Connection database = lab.database()) {
          faults.tell(
              "all are up again after %d kills and %d restarts, %d jobs of %d have their end",
              killed.size(),
              lab.status().children().stream().mapToInt(ChildStatus::restarts).sum(),
              jobs - live(database),
              jobs);
          assertThat(killed).as("each kill hit a process").hasSize(kills);
          boolean ended = Await.within(LOST, () -> live(database) == 0 && unseen(database) == 0);
          double seconds = (System.nanoTime() - quiet) / 1e9;
          faults.tell(
              "%s, %.1f s after the last restart",
              ended ? "all have ended" : "NOT all have ended", seconds);
          if (!ended) {
            BROKEN.add("jobs without an end, or news of them that not everybody has");
          }
          if (!Await.within(Lab.START, () -> lab.status().state() == PlatformState.READY)) {
            BROKEN.add("processes that never got ready again");
          }
          List<ExecutionLog> logs = new ArrayList<>();
          for (Path log : lab.executionLogs()) {
            logs.add(ExecutionLog.read(log));
          }
          BROKEN.addAll(
              new Checker(database, logs, lab.platform().settings().artifacts()).check(accepted));
          if (accepted.size() != jobs) {
            BROKEN.add("%d submits of %d were accepted".formatted(accepted.size(), jobs));
          }
          remember(load);
          assertThat(BROKEN).as("seed %d", seed).isEmpty();
          assertThat(seconds)
              .as("seconds from the last restart to the end of every job")
              .isLessThanOrEqualTo(LAST_JOB.toSeconds());
        }
      } catch (Throwable failure) {
        remember(load);
        keep(lab, seed);
        throw failure;
      }
    }
  }

  private static void remember(Load load) {
    load.surprises().stream()
        .map(it -> "an answer that a client cannot expect: " + it)
        .filter(it -> !BROKEN.contains(it))
        .forEach(BROKEN::add);
  }

  /** All of them, before the last kill. */
  private static List<String> accepted(CompletableFuture<List<String>> submits) {
    return submits.orTimeout(150, TimeUnit.SECONDS).join();
  }

  private static List<String> submit(Load load, int jobs, Duration spacing) {
    try {
      return load.submit(jobs, spacing);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> projects(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String model = bench.importModel(TinyModel.forImages(), "tiny");
    String dataset = bench.uploadImages("two");
    List<String> projects = new ArrayList<>();
    for (String target : lab.targets()) {
      projects.add(bench.openProject(model, dataset, target, "TEST.0"));
      projects.add(bench.openProject(model, dataset, target, "TEST.1"));
    }
    return projects;
  }

  private static long live(Connection database) throws Exception {
    return count(
        database,
        "select count(*) from gateway.experiment where state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')");
  }

  private static long unseen(Connection database) throws Exception {
    return count(
        database,
        """
        select (select count(*) from gateway.outbox) + (select count(*) from scheduler.outbox)
          + (select count(*) from scheduler.job s join gateway.job g on g.id = s.id where g.version <> s.version)
          + (select count(*) from scheduler.lease)
        """);
  }

  private static long count(Connection database, String sql) throws Exception {
    try (var statement = database.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  /** The logs of a failed run, before its folder is removed. */
  private static void keep(Lab lab, long seed) throws Exception {
    Path kept = Lab.root().resolve("end-to-end/target/faults-" + seed);
    Files.createDirectories(kept);
    try (var files = Files.list(lab.platform().settings().logs())) {
      for (Path log : files.toList()) {
        Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    System.out.println("[faults] logs kept in " + kept);
  }
}
