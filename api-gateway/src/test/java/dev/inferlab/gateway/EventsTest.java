package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.inferlab.gateway.testing.FakeScheduler;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.SseClient;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.proto.job.v1.TargetState;
import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.infra.Infra;
import dev.inferlab.testkit.kafka.KafkaTopic;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@WithTestResource(InfraResource.class)
class EventsTest {
  private final FakeScheduler scheduler = FakeScheduler.get();

  @TestHTTPResource("/api/v1/events")
  URI events;

  @Test
  void anExperimentIsFollowedAsItHappens() throws Exception {
    String id = Lab.submit(Lab.noop(Lab.project()));
    JobSpec job = scheduler.awaitJobOf(id);
    try (SseClient client =
        SseClient.open(events, "?experimentId=" + id + "&lastEventId=0", null)) {
      scheduler.say(scheduler.changed(job, JobState.RUNNING, c -> c.setAttempt(1)));
      Lab.awaitState("/experiments/" + id, "RUNNING");
      scheduler.say(scheduler.progressed(job, 1, 1, 0.5, "half"));
      await().until(() -> client.types().contains("experiment.progress"));
      scheduler.say(
          scheduler.partial(job, 1, "a", ByteString.copyFromUtf8("{}")),
          scheduler.changed(job, JobState.SUCCEEDED, c -> c.setAttempt(1)));
      await().atMost(Duration.ofSeconds(20)).until(() -> client.types().size() >= 5);
      assertThat(client.types())
          .containsExactly(
              "experiment.state",
              "experiment.state",
              "experiment.progress",
              "experiment.partial",
              "experiment.state");
      assertThat(client.events().getFirst().data()).contains("\"state\":\"QUEUED\"");
      assertThat(client.events().getLast().data()).contains("\"state\":\"SUCCEEDED\"").contains(id);
    }
  }

  @Test
  void whoResumesMissesNothingAndSeesNothingTwice() throws Exception {
    String id = Lab.submit(Lab.noop(Lab.project()));
    JobSpec job = scheduler.awaitJobOf(id);
    int parts = 120;
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < parts; i++) {
                    scheduler.say(scheduler.partial(job, 1, "part/" + i, ByteString.EMPTY));
                  }
                });
    List<String> seen = new ArrayList<>();
    String last = "0";
    while (seen.size() < parts) {
      int wanted = Math.min(parts, seen.size() + 17);
      try (SseClient client = SseClient.open(events, "?experimentId=" + id, last)) {
        int before = seen.size();
        await()
            .atMost(Duration.ofSeconds(40))
            .until(() -> before + client.count("experiment.partial") >= wanted);
        for (SseClient.Event event : client.events()) {
          if (event.type().equals("experiment.partial")) {
            seen.add(event.data());
          }
          last = event.id();
        }
      }
    }
    sender.join();
    assertThat(seen).doesNotHaveDuplicates().hasSize(parts);
  }

  @Test
  void brokenConnectionsLoseNoEvent() {
    String id = Lab.submit(Lab.noop(Lab.project()));
    JobSpec job = scheduler.awaitJobOf(id);
    KafkaTopic letters =
        new KafkaTopic(Infra.shared().bootstrapServers(), Topics.deadLetters(Topics.EVENTS));
    int before = letters.records().size();
    int parts = 400;
    for (int i = 0; i < parts; i++) {
      scheduler.say(scheduler.partial(job, 1, "part/" + i, ByteString.EMPTY));
      if (i % 20 == 10) {
        Sql.one(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");
      }
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Sql.one(
                    "select count(*) from gateway.event_log where type = 'experiment.partial' and experiment_id = '%s'"
                        .formatted(id)),
            Integer.toString(parts)::equals);
    assertThat(letters.records()).hasSize(before);
  }

  @Test
  void withoutAPositionItStartsNowAndShowsSignsOfLife() throws Exception {
    String target = UUID.randomUUID().toString();
    Lab.tell(Lab.target(target, 1, TargetState.ONLINE).build());
    try (SseClient client = SseClient.open(events, "?targetId=" + target, null)) {
      await().until(() -> client.comments() >= 1);
      assertThat(client.lastId()).matches("\\d+-\\d+");
      Lab.tell(Lab.target(target, 2, TargetState.DRAINING).build());
      await().until(() -> client.types().contains("target.state"));
      assertThat(client.events()).hasSize(1);
      assertThat(client.events().getFirst().data()).contains("DRAINING");
      await().until(() -> client.comments() >= 3);
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // the fault is no end
  void whatDoesNotExistCannotBeFollowed() {
    String nobody = UUID.randomUUID().toString();
    refused(follow("experimentId", nobody), 404, "EXPERIMENT_NOT_FOUND");
    refused(follow("targetId", nobody), 404, "TARGET_NOT_FOUND");
    refused(
        given()
            .queryParam("experimentId", Lab.submit(Lab.noop(Lab.project())))
            .queryParam("targetId", nobody)
            .get(API + "/events"),
        404,
        "TARGET_NOT_FOUND");
    String forgotten = UUID.randomUUID().toString();
    Lab.tell(Lab.target(forgotten, 1, TargetState.OFFLINE).setForgotten(true).build());
    refused(follow("targetId", forgotten), 404, "TARGET_NOT_FOUND");
  }

  private static Response follow(String what, String id) {
    return given().queryParam(what, id).get(API + "/events");
  }

  @Test
  void whoResumesAfterADeletionGetsTheEnd() throws Exception {
    String id = Lab.submit(Lab.noop(Lab.project()));
    JobSpec job = scheduler.awaitJobOf(id);
    String last;
    try (SseClient client =
        SseClient.open(events, "?experimentId=" + id + "&lastEventId=0", null)) {
      await().until(() -> client.count("experiment.state") == 1);
      last = client.events().getFirst().id();
    }
    scheduler.say(scheduler.changed(job, JobState.SUCCEEDED, c -> c.setAttempt(1)));
    Lab.awaitState("/experiments/" + id, "SUCCEEDED");
    given().delete(API + "/experiments/" + id).then().statusCode(204);
    refused(follow("experimentId", id), 404, "EXPERIMENT_NOT_FOUND");
    try (SseClient header = SseClient.open(events, "?experimentId=" + id, last);
        SseClient parameter =
            SseClient.open(events, "?experimentId=" + id + "&lastEventId=" + last, null)) {
      for (SseClient client : List.of(header, parameter)) {
        await().until(() -> client.count("experiment.state") == 1);
        assertThat(client.events().getFirst().data()).contains("SUCCEEDED");
      }
    }
  }

  @Test
  void positionsThatAreNone() {
    refused(
        given().queryParam("lastEventId", "yesterday").get(API + "/events"),
        400,
        "REQUEST_INVALID",
        "Last-Event-ID");
    refused(given().header("Last-Event-ID", "1-2-3").get(API + "/events"), 400, "REQUEST_INVALID");
    String ahead = "999999999999999999-1";
    refused(
        given().queryParam("lastEventId", ahead).get(API + "/events"),
        410,
        "EVENTS_EXPIRED",
        "Last-Event-ID");
    refused(given().header("Last-Event-ID", ahead).get(API + "/events"), 410, "EVENTS_EXPIRED");
    refused(
        given().queryParam("experimentId", "x").get(API + "/events"),
        400,
        "FILTER_INVALID",
        "experimentId");
  }
}
