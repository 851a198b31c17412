package dev.inferlab.endtoend.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.local.demo.RestClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that wants each of its jobs done once: it repeats a submit, under the same idempotency
 * key, until it was accepted.
 */
final class Load {
  private static final Duration RETRY = Duration.ofMillis(300);

  /** The last jobs come all at once, so that there is work left at the last kill. */
  private static final int BURST = 25;

  private static final int SHARED = 5;

  private static final Duration GIVE_UP = Duration.ofSeconds(120);

  private final RestClient client;
  private final List<String> projects;
  private final long seed;
  private final List<String> surprises = new CopyOnWriteArrayList<>();

  Load(RestClient client, List<String> projects, long seed) {
    this.client = client;
    this.projects = projects;
    this.seed = seed;
  }

  /** Ids of the accepted experiments, one after the other. */
  List<String> submit(int jobs, Duration spacing) throws InterruptedException {
    Random random = new Random(seed);
    List<String> accepted = new ArrayList<>();
    long start = System.nanoTime();
    for (int job = 0; job < jobs; job++) {
      String project = projects.get(random.nextInt(projects.size()));
      Map<String, Object> options = Map.of("millis", 50 + random.nextInt(250));
      // Jobs that share a device come between those that have it alone.
      Map<String, Object> body =
          job % SHARED == 0
              ? Map.of("projectId", project, "kind", "noop", "options", Map.of())
              : Map.of("projectId", project, "kind", "sleep", "options", options);
      // What could not be submitted in time follows at once.
      long due = start + Math.min(job, jobs - BURST) * spacing.toNanos();
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
      accepted.add(submit("job-" + seed + "-" + job, body));
    }
    return accepted;
  }

  /** Answers of the API that are neither an acceptance nor a "try again". */
  List<String> surprises() {
    return surprises;
  }

  private String submit(String key, Map<String, Object> body) throws InterruptedException {
    long deadline = System.nanoTime() + GIVE_UP.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        HttpResponse<byte[]> answer =
            client.post("/experiments", body, Map.of("Idempotency-Key", key));
        if (answer.statusCode() / 100 == 2) {
          JsonNode experiment = RestClient.answer(answer);
          return experiment.path("id").asText();
        }
        if (answer.statusCode() != 503 && answer.statusCode() != 429) {
          surprises.add(
              answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
      } catch (IOException broken) {
        // The gateway was killed: the client cannot know whether it was accepted, and asks again.
      }
      LockSupport.parkNanos(RETRY.toNanos());
    }
    throw new AssertionError("not accepted within " + GIVE_UP.toSeconds() + " s: " + key);
  }
}
