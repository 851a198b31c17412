package dev.inferlab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.agent.executor.DeviceProbe;
import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.FakeStore;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.agent.fake.RunningAgent;
import dev.inferlab.agent.testkinds.BrokenDrivers;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Heartbeat;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.agent.v1.LiveJob;
import dev.inferlab.proto.agent.v1.SchedulerMessage;
import dev.inferlab.proto.agent.v1.StopJob;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as the scheduler sees it. */
class AgentStreamTest {
  @TempDir Path folder;
  private FakeScheduler scheduler;

  @BeforeEach
  void startScheduler() throws Exception {
    scheduler = new FakeScheduler();
  }

  @AfterEach
  void stopScheduler() {
    scheduler.close();
  }

  private RunningAgent agent(String... options) throws Exception {
    return new RunningAgent(scheduler, folder, options);
  }

  private static LiveJob live(String job) {
    return LiveJob.newBuilder().setJobId(job).setAttempt(1).build();
  }

  private void awaitProgress(String job) {
    scheduler.awaitUpdate(job, Update::hasProgress);
  }

  @Test
  void helloSaysWhatTheMachineHas() throws Exception {
    String targetId;
    try (RunningAgent _ = agent("--labels=room=a1,rack=7", "--slots=3")) {
      Hello hello = scheduler.awaitHello(1);
      targetId = hello.getTargetId();
      assertThat(targetId)
          .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
      assertThat(hello.getName()).isEqualTo("test-agent");
      assertThat(hello.getSlots()).isEqualTo(3);
      assertThat(hello.getLabelsMap()).containsEntry("room", "a1").containsEntry("rack", "7");
      assertThat(hello.getJobKindsList()).contains("convert", "profile", "noop", "sleep");
      assertThat(hello.getDevicesList())
          .anyMatch(d -> d.getId().equals("TEST.0") && d.getAvailable());
      assertThat(hello.getDevicesList())
          .as("devices that cannot be used say why")
          .allMatch(d -> d.getAvailable() || !d.getReason().isBlank());
      assertThat(hello.getResources().getMemoryBytes()).isPositive();
      assertThat(hello.getResources().getLogicalCores()).isPositive();
      assertThat(hello.getResources().getDiskFreeBytes()).isPositive();
      assertThat(hello.getProtocol()).isEqualTo(1);
    }
    try (RunningAgent _ = agent()) {
      assertThat(scheduler.awaitHello(2).getTargetId())
          .as("kept over restarts")
          .isEqualTo(targetId);
    }
  }

  @Test
  void aDriverThatBreaksCostsItsOwnDevicesOnly() throws Exception {
    Path services = Files.createDirectories(folder.resolve("probes/META-INF/services"));
    Files.writeString(services.resolve(DeviceProbe.class.getName()), BrokenDrivers.class.getName());
    try (RunningAgent _ = agent("--extra-classpath=" + folder.resolve("probes"))) {
      List<Device> devices = scheduler.awaitHello(1).getDevicesList();
      assertThat(devices.stream().filter(Device::getAvailable).map(Device::getId))
          .contains("TEST.0", "SOUND");
      assertThat(devices.stream().filter(d -> d.getId().equals("CRASHING")))
          .singleElement()
          .matches(d -> !d.getAvailable() && d.getReason().contains("SIGSEGV"));
      assertThat(devices.stream().filter(d -> d.getId().equals("THROWING")))
          .singleElement()
          .matches(d -> !d.getAvailable() && !d.getReason().contains("/some/file"));
      scheduler.assign(Jobs.assignment("after", "noop", "").build());
      assertThat(scheduler.awaitEnd("after").hasSucceeded()).isTrue();
    }
  }

  @Test
  void aJobIsStartedRunAndReportedInOrderAndLogged() throws Exception {
    try (RunningAgent agent = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.exclusive("one", "sleep", "{\"millis\":300}").build());
      Update end = scheduler.awaitEnd("one");
      assertThat(end.getSucceeded().getResult().toStringUtf8()).isEqualTo("{\"sleptMillis\":300}");
      assertThat(scheduler.updates().getFirst().hasStarted()).isTrue();
      assertThat(scheduler.heartbeats()).anyMatch(beat -> beat.getLiveList().contains(live("one")));
      List<String> log = Files.readAllLines(folder.resolve("executions.log"));
      assertThat(log.get(1))
          .contains("\"event\":\"begin\"", "\"job\":\"one\"", "\"exclusive\":true", "\"pid\":");
      assertThat(log.get(2)).contains("\"event\":\"end\"", "\"outcome\":\"SUCCEEDED\"");
      assertThat(agent.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(agent.get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(agent.get("/metrics").body())
          .contains("inferlab_agent_connected 1")
          .contains("inferlab_agent_slots_free 4");
    }
    scheduler.awaitGoodbye();
  }

  @Test
  void whatFindsNoFreeSlotIsHandedBackAtOnce() throws Exception {
    try (RunningAgent _ = agent("--slots=1")) {
      scheduler.awaitHello(1);
      scheduler.assign(
          Jobs.assignment("first", "sleep", "{\"millis\":1500}").build(),
          Jobs.assignment("second", "noop", "").build());
      assertThat(scheduler.awaitEnd("second").getHandedBack().getReason())
          .isEqualTo("no free slot");
      assertThat(scheduler.awaitEnd("first").hasSucceeded()).isTrue();
    }
  }

  @Test
  void aMeasuringJobHasItsDeviceAlone() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(
          Jobs.assignment("shared", "sleep", "{\"millis\":800}").build(),
          Jobs.exclusive("alone", "sleep", "{\"millis\":100}").build());
      scheduler.awaitEnd("alone");
      scheduler.awaitEnd("shared");
    }
    // Updates may pass each other; the log of executions is in the order in which things happened.
    List<String> order =
        Files.readAllLines(folder.resolve("executions.log")).stream()
            .filter(line -> line.contains("\"begin\"") || line.contains("\"end\""))
            .map(
                line ->
                    (line.contains("\"alone\"") ? "alone" : "shared")
                        + (line.contains("\"begin\"") ? " begins" : " ends"))
            .toList();
    List<String> alone = List.of("alone begins", "alone ends");
    List<String> shared = List.of("shared begins", "shared ends");
    assertThat(order)
        .isIn(
            Stream.concat(alone.stream(), shared.stream()).toList(),
            Stream.concat(shared.stream(), alone.stream()).toList());
  }

  @Test
  void cancelLeavesNothingWithinTwoSeconds() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.assignment("litter", "litter", "{\"millis\":60000}").build());
      awaitProgress("litter");
      assertThat(ProcessHandle.current().descendants().filter(Processes::isSleep)).isNotEmpty();
      long start = System.nanoTime();
      scheduler.send(
          SchedulerMessage.newBuilder()
              .setStopJob(StopJob.newBuilder().setJobId("litter").setAttempt(1))
              .build());
      assertThat(scheduler.awaitEnd("litter").hasStopped()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(ProcessHandle.current().descendants().filter(Processes::isSleep)).isEmpty();
      try (Stream<Path> files = Files.walk(folder.resolve("work"))) {
        assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("litter"));
      }
    }
  }

  @Test
  void aFullStoreFailsTheAttemptInsteadOfHoldingItsDevice() throws Exception {
    Assignment.Builder job = Jobs.exclusive("full", "parts", "");
    job.getJobBuilder()
        .addInputs(
            FileRef.newBuilder().setPath("one.bin").setDigest(scheduler.store.put(new byte[] {1})));
    scheduler.store.full = true;
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(job.build());
      Problem problem = scheduler.awaitEnd("full").getFailed();
      assertThat(problem.getCode()).isEqualTo("ARTIFACT_STORE_FULL");
      assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.RESOURCE);
    }
  }

  @Test
  void aResultAboveTheSchedulersLimitFailsTheAttemptOnly() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(
          Jobs.assignment("result", "large", "{\"result\":5000000}").build(),
          Jobs.assignment("huge", "large", "{\"result\":20000000}").build(),
          Jobs.assignment("part", "large", "{\"part\":524289}").build(),
          Jobs.assignment("stage", "large", "{\"stage\":5000000,\"result\":524288}").build());
      for (String job : List.of("result", "part")) {
        Problem problem = scheduler.awaitEnd(job).getFailed();
        assertThat(problem.getCode()).isEqualTo("JOB_RESULT_INVALID");
        assertThat(problem.getErrorClass()).isEqualTo(ErrorClass.UNSUPPORTED);
        assertThat(problem.getDetail()).contains(job).contains("524288");
      }
      assertThat(scheduler.awaitEnd("huge").getFailed().getCode()).isEqualTo("JOB_RESULT_INVALID");
      assertThat(scheduler.awaitEnd("stage").hasSucceeded()).as("a text is cut").isTrue();
      assertThat(scheduler.hellos()).as("the stream holds").hasSize(1);
    }
  }

  @Test
  void stoppingAJobThatIsNotHereSaysStoppedToo() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.send(
          SchedulerMessage.newBuilder()
              .setStopJob(StopJob.newBuilder().setJobId("gone").setAttempt(1))
              .build());
      assertThat(scheduler.awaitEnd("gone").hasStopped()).isTrue();
    }
  }

  @Test
  void updatesAreSentAgainUnchangedUntilAcknowledged() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.acknowledging(false);
      scheduler.assign(Jobs.assignment("kept", "noop", "").build());
      scheduler.awaitEnd("kept");
      scheduler.goAway();
      scheduler.acknowledging(true);
      scheduler.comeBack();
      Hello hello = scheduler.awaitHello(2);
      assertThat(hello.getLiveList()).as("its end is not stored yet").contains(live("kept"));
      scheduler.await(
          () -> scheduler.updates().stream().filter(Update::hasSucceeded).count() == 2,
          "the second sending");
      assertThat(scheduler.batches().getLast().getSequence()).isEqualTo(1);
      assertThat(scheduler.updates().stream().filter(Update::hasSucceeded).distinct()).hasSize(1);
      scheduler.await(
          () -> scheduler.heartbeats().getLast().getLiveCount() == 0,
          "the lease of the stored end to be let go");
    }
  }

  @Test
  void aRunningJobSurvivesAnOutageShorterThanItsLease() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.assignment("steady", "sleep", "{\"millis\":3000}").build());
      awaitProgress("steady");
      scheduler.goAway();
      scheduler.comeBack();
      assertThat(scheduler.awaitHello(2).getLiveList()).contains(live("steady"));
      assertThat(scheduler.awaitEnd("steady").hasSucceeded()).isTrue();
    }
  }

  @Test
  void aLostJobIsStoppedAtOnceAndNotReported() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.assignment("lost", "endless", "").build());
      awaitProgress("lost");
      scheduler.revoke(live("lost"));
      scheduler.await(
          () -> scheduler.heartbeats().getLast().getLiveCount() == 0,
          "the lost attempt to leave the heartbeats");
      awaitLogged("\"outcome\":\"STOPPED\"");
      assertThat(scheduler.updates())
          .noneMatch(u -> u.hasStopped() || u.hasFailed() || u.hasHandedBack());
    }
  }

  @Test
  void aNewerAttemptOfTheSameJobEndsTheOlderOne() throws Exception {
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.exclusive("again", "endless", "").build());
      awaitProgress("again");
      scheduler.assign(Jobs.exclusive("again", "noop", "").setAttempt(2).build());
      Update end = scheduler.awaitEnd("again");
      assertThat(end.getAttempt()).isEqualTo(2);
      assertThat(end.hasSucceeded()).isTrue();
    }
  }

  @Test
  void withoutAcknowledgementsItFencesItselfBeforeTheLeaseEnds() throws Exception {
    Duration lease = Duration.ofSeconds(4);
    scheduler.cadence(Duration.ofMillis(500), lease);
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(Jobs.assignment("fenced", "endless", "").build());
      awaitProgress("fenced");
      scheduler.silent(true);
      long start = System.nanoTime();
      awaitLogged("\"outcome\":\"STOPPED\"");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(lease);
    }
  }

  private void awaitLogged(String text) {
    scheduler.await(
        () -> {
          try {
            return Files.readString(folder.resolve("executions.log")).contains(text);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        text);
  }

  @Test
  void stoppingHandsBackMeasuringWorkAndWaitsForTheRest() throws Exception {
    RunningAgent agent = agent("--stop-grace=10s");
    scheduler.awaitHello(1);
    scheduler.assign(
        Jobs.assignment("short", "sleep", "{\"millis\":1500}").setDevice("TEST.1").build(),
        Jobs.exclusive("measuring", "endless", "").build());
    awaitProgress("short");
    awaitProgress("measuring");
    List<Path> atGoodbye = new ArrayList<>();
    scheduler.onGoodbye(() -> atGoodbye.addAll(executors()));
    assertThat(executors()).isNotEmpty();
    agent.close();
    assertThat(scheduler.awaitEnd("measuring").hasHandedBack()).isTrue();
    assertThat(scheduler.awaitEnd("short").hasSucceeded()).isTrue();
    scheduler.awaitGoodbye();
    assertThat(atGoodbye).as("nothing runs here when others may be given its jobs").isEmpty();
    assertThat(executors()).isEmpty();
  }

  private List<Path> executors() {
    try (Stream<Path> folders = Files.list(folder.resolve("work"))) {
      return folders.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void stoppingIsToldAtOnceSoThatNothingMoreComes() throws Exception {
    scheduler.cadence(Duration.ofMinutes(1), Duration.ofMinutes(10));
    RunningAgent agent = agent("--stop-grace=10s");
    scheduler.awaitHello(1);
    scheduler.assign(Jobs.assignment("short", "sleep", "{\"millis\":1500}").build());
    awaitProgress("short");
    agent.close();
    assertThat(scheduler.heartbeats().stream().map(Heartbeat::getStopping))
        .containsExactly(false, true);
  }

  @Test
  void inputsComeAndPartsGoThroughBrokenTransfers() throws Exception {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    Digest digest = scheduler.store.put(bytes);
    scheduler.store.readsToBreak.set(2);
    scheduler.store.writesToBreak.set(1);
    Assignment.Builder job = Jobs.assignment("parts", "parts", "");
    job.getJobBuilder()
        .addInputs(FileRef.newBuilder().setPath("a/one.bin").setDigest(digest))
        .addInputs(
            FileRef.newBuilder().setPath("two.bin").setDigest(scheduler.store.put(new byte[0])))
        .addInputs(
            FileRef.newBuilder()
                .setPath("three.bin")
                .setDigest(scheduler.store.put(new byte[] {3})));
    job.addCompletedParts("copy/three.bin");
    Digest produced = FakeStore.digest(bytes);
    try (RunningAgent agent = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(job.build());
      assertThat(scheduler.awaitEnd("parts").getSucceeded().getResult().toStringUtf8())
          .isEqualTo("done");
      List<Update> parts = scheduler.updates().stream().filter(Update::hasPart).toList();
      assertThat(parts.stream().map(u -> u.getPart().getKey()))
          .containsExactly("copy/a/one.bin", "copy/two.bin");
      assertThat(Digest.parseFrom(parts.getFirst().getPart().getPayload())).isEqualTo(produced);
      assertThat(scheduler.store.reads())
          .as("goes on where it broke")
          .anyMatch(r -> r.getOffset() == 2000);
      assertThat(agent.get("/metrics").body())
          .contains("inferlab_artifact_bytes_total{direction=\"in\"} 100001")
          .contains("inferlab_artifact_bytes_total{direction=\"out\"}");
    }
  }

  @Test
  void theTimeLimitHoldsWhileAPartIsStored() throws Exception {
    Assignment.Builder job = partsOfTwo("slow-store");
    job.getJobBuilder().setTimeLimit(Jobs.duration(Duration.ofSeconds(2)));
    scheduler.store.away = true;
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      scheduler.assign(job.build());
      Problem problem = scheduler.awaitEnd("slow-store").getFailed();
      assertThat(problem.getCode()).isEqualTo("JOB_TIME_LIMIT");
      assertThat(scheduler.updates()).noneMatch(Update::hasPart);
    }
  }

  @Test
  void nothingNewBeginsBeforeAPartIsStored() throws Exception {
    scheduler.store.away = true;
    try (RunningAgent _ = agent("--executor-hang-timeout=3s")) {
      scheduler.awaitHello(1);
      scheduler.assign(partsOfTwo("waits").build());
      scheduler.await(() -> scheduler.store.asked().size() >= 4, "the store to be tried again");
      assertThat(scheduler.store.asked().stream().distinct())
          .as("only the first part's")
          .hasSize(1);
      scheduler.store.away = false;
      assertThat(scheduler.awaitEnd("waits").hasSucceeded()).isTrue();
      assertThat(scheduler.store.asked().stream().distinct()).hasSize(2);
    }
  }

  private Assignment.Builder partsOfTwo(String id) {
    Assignment.Builder job = Jobs.assignment(id, "parts", "");
    for (byte i = 1; i <= 2; i++) {
      job.getJobBuilder()
          .addInputs(
              FileRef.newBuilder()
                  .setPath(i + ".bin")
                  .setDigest(scheduler.store.put(new byte[] {i})));
    }
    return job;
  }

  @Test
  void hostileInputsAreRefused() throws Exception {
    Digest good = scheduler.store.put(new byte[] {1, 2, 3});
    Digest corrupt = scheduler.store.put(new byte[] {4, 5, 6});
    scheduler.store.corrupt(corrupt);
    Digest absent = FakeStore.digest(new byte[] {7});
    try (RunningAgent _ = agent()) {
      scheduler.awaitHello(1);
      assertThat(codeFor("climb", "../x", good)).isEqualTo("JOB_INPUT_INVALID");
      assertThat(codeFor("absolute", "/etc/x", good)).isEqualTo("JOB_INPUT_INVALID");
      assertThat(codeFor("backslash", "..\\x", good)).isEqualTo("JOB_INPUT_INVALID");
      assertThat(codeFor("no-digest", "x", good.toBuilder().setSha256("../../x").build()))
          .isEqualTo("JOB_INPUT_INVALID");
      assertThat(codeFor("corrupt", "x", corrupt)).isEqualTo("ARTIFACT_DIGEST_MISMATCH");
      assertThat(codeFor("absent", "x", absent)).isEqualTo("ARTIFACT_NOT_FOUND");
    }
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private String codeFor(String job, String path, Digest digest) {
    Assignment.Builder assignment = Jobs.assignment(job, "parts", "");
    assignment.getJobBuilder().addInputs(FileRef.newBuilder().setPath(path).setDigest(digest));
    scheduler.assign(assignment.build());
    return scheduler.awaitEnd(job).getFailed().getCode();
  }

  @Test
  void manySmallJobsFlowThroughFewExecutors() throws Exception {
    try (RunningAgent _ = agent("--slots=64", "--executors=2")) {
      scheduler.awaitHello(1);
      int jobs = 300;
      for (int batch = 0; batch < jobs; batch += 50) {
        scheduler.assign(
            IntStream.range(batch, batch + 50)
                .mapToObj(i -> Jobs.assignment("job-" + i, "noop", "").build())
                .toArray(Assignment[]::new));
        for (int i = batch; i < batch + 50; i++) {
          assertThat(scheduler.awaitEnd("job-" + i).hasSucceeded()).isTrue();
        }
      }
      assertThat(scheduler.updates().stream().filter(Update::hasSucceeded)).hasSize(jobs);
    }
  }
}
