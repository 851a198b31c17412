package dev.inferlab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.proto.agent.v1.Assignment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spans of the agent and of its executor arrive under the trace of the request that asked for the
 * job.
 */
class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @TempDir Path folder;

  @Test
  void oneTraceFromTheRequestIntoTheExecutor() throws Exception {
    List<String> exports = new CopyOnWriteArrayList<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          exports.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (FakeScheduler scheduler = new FakeScheduler();
        AgentProcess _ =
            AgentProcess.withEnvironment(
                scheduler, folder, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint))) {
      scheduler.awaitHello(1);
      Assignment.Builder job = Jobs.assignment("traced", "noop", "");
      job.getJobBuilder().setTraceParent("00-" + TRACE + "-b7ad6b7169203331-01");
      scheduler.assign(job.build());
      assertThat(scheduler.awaitEnd("traced").hasSucceeded()).isTrue();
      String trace = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
      scheduler.await(
          () ->
              exports.stream()
                      .anyMatch(
                          e ->
                              e.contains(trace)
                                  && e.contains("run noop")
                                  && e.contains("inferlab-executor"))
                  && exports.stream()
                      .anyMatch(
                          e ->
                              e.contains(trace)
                                  && e.contains("attempt noop")
                                  && e.contains("inferlab-agent")),
          "the spans of both");
    } finally {
      collector.stop(0);
    }
  }
}
