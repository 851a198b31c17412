package dev.inferlab.endtoend;

import dev.inferlab.endtoend.lab.Await;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.endtoend.lab.TraceReceiver;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.demo.RestClient;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One trace id goes from the client's request through Kafka and gRPC to the executor and back. */
@ExtendWith(SharedLab.class)
class TracesTest {

  @Test
  void theClientsTraceIdIsOnEveryHop(Lab lab, TraceReceiver traces) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project = ExperimentsTest.testProject(lab, bench, "traces");
    byte[] random = new byte[24];
    ThreadLocalRandom.current().nextBytes(random);
    String hex = HexFormat.of().formatHex(random);
    String traceId = hex.substring(0, 32);
    String experiment =
        RestClient.answer(
                lab.client()
                    .post(
                        "/experiments",
                        Map.of(
                            "projectId", project, "kind", "sleep", "options", Map.of("millis", 50)),
                        Map.of("traceparent", "00-%s-%s-01".formatted(traceId, hex.substring(32)))))
            .path("id")
            .asText();
    bench.awaitEnd(experiment);
    Set<String> expected =
        Set.of("api-gateway", "scheduler", "inferlab-agent", "inferlab-executor");
    Await.until(
        Duration.ofSeconds(20),
        "spans of " + expected + "; there are " + traces.of(traceId),
        () -> services(traces, traceId).containsAll(expected));
  }

  private static Set<String> services(TraceReceiver traces, String traceId) {
    return traces.of(traceId).stream().map(TraceReceiver.Span::service).collect(Collectors.toSet());
  }
}
