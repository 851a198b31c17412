package dev.inferlab.agent.fake;

import dev.inferlab.agent.Agent;
import dev.inferlab.agent.config.AgentConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent within the test's process, connected to a fake scheduler. */
public final class RunningAgent implements AutoCloseable {
  private final Agent agent;
  private final Thread serving;

  public RunningAgent(FakeScheduler scheduler, Path folder, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--scheduler=" + scheduler.endpoint()));
    arguments.add("--state-folder=" + folder);
    arguments.add("--name=test-agent");
    arguments.add("--http-port=0");
    arguments.add("--stop-grace=1s");
    arguments.addAll(List.of(options));
    agent = Agent.start(AgentConfig.of(arguments, Map.of()), Map.of());
    serving =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    agent.serve();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  public Agent agent() {
    return agent;
  }

  public HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.httpPort() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Override
  public void close() throws Exception {
    agent.close();
    serving.join(5000);
  }
}
