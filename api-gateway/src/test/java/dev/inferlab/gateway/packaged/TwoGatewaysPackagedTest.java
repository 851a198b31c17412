package dev.inferlab.gateway.packaged;

import static dev.inferlab.gateway.testing.Problems.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.google.protobuf.ByteString;
import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.SseClient;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.proto.job.v1.Event;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.infra.TestDatabase;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two gateways as they are shipped, on one database and one Kafka; a fake plays the scheduler. */
@Tag("long")
class TwoGatewaysPackagedTest {
  private static final String STATE = "experiment.state";
  private static final String PARTIAL = "experiment.partial";

  private static TestDatabase database;
  private static FakeScheduler scheduler;
  private static Replica first;
  private static Replica second;
  private static String project;

  @BeforeAll
  static void start() throws Exception {
    Infra infra = Infra.shared();
    database = infra.newDatabase();
    first = new Replica("gateway-1", infra.bootstrapServers(), database);
    second = new Replica("gateway-2", infra.bootstrapServers(), database);
    // Both migrate the empty database and make the topics, as at a lab's first start.
    first.start();
    second.start();
    first.awaitReady();
    second.awaitReady();
    scheduler = FakeScheduler.of(infra.bootstrapServers());
    project = project();
  }

  @AfterAll
  static void stop() {
    try {
      first.close();
    } finally {
      try {
        second.close();
      } finally {
        database.drop();
      }
    }
  }

  @Test
  void whatOneAcceptsIsSeenRepeatedStreamedAndCancelledThroughTheOther() throws Exception {
    try (SseClient here = first.events("", null);
        SseClient there = second.events("", null)) {
      String key = UUID.randomUUID().toString();
      Response accepted = submit(first, key, 1);
      String id = accepted.then().statusCode(202).extract().path("id");
      assertThat(submit(second, key, 1).asString()).isEqualTo(accepted.asString());
      refused(submit(second, key, 2), 409, "IDEMPOTENCY_KEY_REUSED");
      second.given().get("/experiments/" + id).then().body("state", equalTo("QUEUED"));

      JobSpec job = scheduler.awaitJobOf(id);
      // One after the other: progress that is recorded together with a new state is told with it.
      scheduler.say(scheduler.changed(job, JobState.RUNNING, change -> change.setAttempt(1)));
      patiently().until(() -> state(first, id).equals("RUNNING"));
      scheduler.say(scheduler.progressed(job, 1, 1, 0.5, "half"));
      patiently().until(() -> count(here, "experiment.progress", id) == 1);
      patiently().until(() -> count(there, "experiment.progress", id) == 1);

      second.given().post("/experiments/" + id + "/cancel").then().statusCode(202);
      patiently().until(() -> scheduler.cancelsOf(job.getJobId()) == 1);
      scheduler.say(scheduler.changed(job, JobState.CANCELLED, change -> change.setAttempt(1)));
      patiently().until(() -> state(first, id).equals("CANCELLED"));
      patiently().until(() -> of(here, id).getLast().data().contains("CANCELLED"));
      patiently().until(() -> of(there, id).size() == of(here, id).size());
      assertThat(of(there, id)).isEqualTo(of(here, id)).doesNotHaveDuplicates();

      // Who followed one goes on at the other, from wherever it was.
      List<SseClient.Event> whole = of(here, id);
      try (SseClient rest = second.events("?experimentId=" + id, whole.getFirst().id())) {
        patiently().until(() -> rest.events().size() >= whole.size() - 1);
        assertThat(rest.events()).isEqualTo(whole.subList(1, whole.size()));
      }
    }
  }

  @Test
  void theSameKeyAtBothAtOneMomentIsOneExperiment() throws Exception {
    for (int round = 0; round < 5; round++) {
      String key = UUID.randomUUID().toString();
      Set<String> answers = new HashSet<>();
      try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Response>> asked =
            IntStream.range(0, 12)
                .mapToObj(i -> users.submit(() -> submit(i % 2 == 0 ? first : second, key, 1)))
                .toList();
        for (Future<Response> answer : asked) {
          answers.add(answer.get().then().statusCode(202).extract().asString());
        }
      }
      assertThat(answers).hasSize(1);
    }
  }

  @Test
  void oneThatIsKilledLosesNothing() throws Exception {
    int parts = 200;
    String running = submit(first, UUID.randomUUID().toString(), 0).path("id");
    JobSpec job = scheduler.awaitJobOf(running);
    try (SseClient client = second.events("", null);
        ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> ids = new CopyOnWriteArrayList<>();
      AtomicInteger failedOver = new AtomicInteger();
      AtomicBoolean killed = new AtomicBoolean();
      List<Future<Void>> submits =
          IntStream.range(0, 4)
              .mapToObj(i -> users.submit(() -> submitUntil(killed, ids, failedOver)))
              .toList();
      Thread measuring = Thread.ofVirtual().start(() -> tellParts(job, parts));
      try {
        patiently().until(() -> ids.size() >= 15);
        first.kill();
      } finally {
        killed.set(true);
      }
      measuring.join();
      for (Future<Void> submit : submits) {
        submit.get();
      }
      assertThat(failedOver).hasPositiveValue();
      assertThat(ids).doesNotHaveDuplicates();

      List<Event> ends = new ArrayList<>();
      for (String id : ids) {
        assertThat(state(second, id)).isEqualTo("QUEUED");
        ends.add(
            scheduler.changed(
                scheduler.awaitJobOf(id), JobState.SUCCEEDED, change -> change.setAttempt(1)));
      }
      scheduler.say(ends.toArray(Event[]::new));
      patiently()
          .untilAsserted(
              () ->
                  assertThat(ids)
                      .allSatisfy(id -> assertThat(count(client, STATE, id)).isEqualTo(2)));
      patiently().until(() -> count(client, PARTIAL, running) == parts);
      assertThat(client.events()).doesNotHaveDuplicates();
      assertThat(jobsOf(ids)).hasSameSizeAs(ids);

      first.start();
      first.awaitReady();
      assertThat(ids).allSatisfy(id -> assertThat(state(first, id)).isEqualTo("SUCCEEDED"));
    }
  }

  /** One experiment after another; the last one is asked for after the kill. */
  private static Void submitUntil(
      AtomicBoolean killed, List<String> ids, AtomicInteger failedOver) {
    boolean last;
    do {
      last = killed.get();
      ids.add(submitAnywhere(failedOver));
    } while (!last);
    return null;
  }

  /** As a client does that gets no answer: the same request again, through the other. */
  private static String submitAnywhere(AtomicInteger failedOver) {
    String key = UUID.randomUUID().toString();
    Response answer;
    try {
      answer = submit(first, key, 1);
    } catch (Exception noAnswer) {
      failedOver.incrementAndGet();
      answer = submit(second, key, 1);
    }
    return answer.then().statusCode(202).extract().path("id");
  }

  private static void tellParts(JobSpec job, int parts) {
    for (int i = 0; i < parts; i++) {
      scheduler.say(scheduler.partial(job, 1, "part/" + i, ByteString.EMPTY));
    }
  }

  private static Response submit(Replica replica, String key, int number) {
    return replica
        .json(Map.of("projectId", project, "kind", "noop", "options", Map.of("n", number)))
        .header("Idempotency-Key", key)
        .post("/experiments");
  }

  private static String state(Replica replica, String experiment) {
    return replica.given().get("/experiments/" + experiment).path("state");
  }

  private static List<SseClient.Event> of(SseClient client, String experiment) {
    return client.events().stream().filter(event -> event.data().contains(experiment)).toList();
  }

  private static long count(SseClient client, String type, String experiment) {
    return of(client, experiment).stream().filter(event -> event.type().equals(type)).count();
  }

  /**
   * The ids of all jobs that were ever submitted for these experiments; a message may come twice.
   */
  private static Set<String> jobsOf(List<String> experiments) {
    Set<String> jobs = new HashSet<>();
    for (JobCommand command : scheduler.jobCommands()) {
      JobSpec job = command.getSubmit().getJob();
      if (experiments.contains(job.getExperimentId())) {
        jobs.add(job.getJobId());
      }
    }
    return jobs;
  }

  /** Made through one, found through the other. */
  private static String project() {
    String target = UUID.randomUUID().toString();
    scheduler.say(scheduler.target(Lab.target(target, 1, TargetState.ONLINE).build()));
    patiently().until(() -> second.given().get("/targets/" + target).statusCode() == 200);
    String model =
        first
            .given()
            .multiPart("file", "net.xml", TinyIr.xml(1, 3, 8, 8))
            .multiPart("file", "net.bin", TinyIr.BIN)
            .multiPart("options", "{\"name\": \"plus one\"}", "application/json")
            .post("/models")
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    JobSpec job = scheduler.awaitJob(it -> it.getKind().equals("convert"));
    // What it was imported from is IR already.
    ByteString result =
        Lab.converted(job.getInputs(0).getDigest(), job.getInputs(1).getDigest(), 1, 3, 8, 8)
            .build()
            .toByteString();
    scheduler.say(scheduler.changed(job, JobState.SUCCEEDED, change -> change.setResult(result)));
    patiently().until(() -> second.given().get("/models/" + model).path("state"), "READY"::equals);
    Map<String, String> body = Map.of("modelId", model, "targetId", target, "device", "CPU");
    String id = second.json(body).post("/projects").then().statusCode(201).extract().path("id");
    first.json(body).post("/projects").then().statusCode(200).body("id", equalTo(id));
    return id;
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofSeconds(60));
  }
}
