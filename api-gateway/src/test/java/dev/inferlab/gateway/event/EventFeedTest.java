package dev.inferlab.gateway.event;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.SseClient;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The log behind the service's back: other replicas write into it, time passes for it. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class EventFeedTest {
  // The experiment is known to its events only.
  private static final String FROM_THE_START = "?lastEventId=0&experimentId=";

  private final String experiment = UUID.randomUUID().toString();

  @Inject EventLog log;
  @Inject EventFeed feed;

  @TestHTTPResource("/api/v1/events")
  URI events;

  @Test
  void whatAnotherReplicaWroteIsShown() throws Exception {
    try (SseClient client = SseClient.open(events, FROM_THE_START + experiment, null)) {
      await().until(() -> client.comments() >= 1);
      write("{}", 0);
      await().until(() -> client.types().contains("experiment.state"));
    }
  }

  @Test
  void oldEventsAreForgottenAndWhoWantsThemIsTold() throws Exception {
    List.of(40, 20, 0).forEach(age -> write("{\"age\": %d}".formatted(age), age));
    String oldest =
        Sql.one(
            "select transaction || '-' || id from gateway.event_log where experiment_id = '%s' order by transaction, id limit 1"
                .formatted(experiment));

    log.prune(Duration.ofDays(15)).await().indefinitely();

    try (SseClient client =
        SseClient.open(events, "?experimentId=" + experiment + "&lastEventId=0", null)) {
      await().until(() -> !client.events().isEmpty());
      assertThat(client.events()).extracting(SseClient.Event::data).containsExactly("{\"age\": 0}");
    }
    refused(given().header("Last-Event-ID", oldest).get(API + "/events"), 410, "EVENTS_EXPIRED");
  }

  @Test
  void allThatIsTooOldGoesAtOnceHoweverMuchItIs() {
    Sql.change(
        "insert into gateway.event_log (type, experiment_id, data, created_at) select 'experiment.state', '%s', '{}', now() - interval '40 days' from generate_series(1, 25000)"
            .formatted(experiment));

    log.prune(Duration.ofDays(15)).await().indefinitely();

    assertThat(
            Sql.one(
                "select count(*) from gateway.event_log where experiment_id = '%s'"
                    .formatted(experiment)))
        .isEqualTo("0");
  }

  /** A client that reads nothing costs the others nothing, and after a while its connection. */
  @Test
  void aSlowClientHoldsNobody() throws Exception {
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4_096);
      slow.connect(new InetSocketAddress(events.getHost(), events.getPort()));
      slow.getOutputStream()
          .write(
              "GET %s%s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                  .formatted(events.getPath(), FROM_THE_START + experiment)
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> feed.size() == 1);
      int many = 600;
      try (SseClient quick = SseClient.open(events, FROM_THE_START + experiment, null)) {
        await().until(() -> quick.comments() >= 1);
        for (int i = 0; i < many; i++) {
          write("\"" + "x".repeat(60_000) + i + "\"", 0);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> quick.events().size() == many);
      }
      // 36 MB were meant for it. What it finds is what fitted into buffers, and then the end.
      await().atMost(Duration.ofSeconds(30)).until(() -> feed.size() == 0);
      long found = 0;
      try {
        found = slow.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException reset) {
        // so it was cut
      }
      assertThat(found).isLessThan(20_000_000);
    }
  }

  private void write(String data, int ageDays) {
    Sql.one(
        "insert into gateway.event_log (type, experiment_id, data, created_at) values ('experiment.state', '%s', '%s', now() - interval '%d days') returning id"
            .formatted(experiment, data, ageDays));
  }
}
