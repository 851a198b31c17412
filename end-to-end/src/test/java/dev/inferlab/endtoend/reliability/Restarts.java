package dev.inferlab.endtoend.reliability;

import dev.inferlab.endtoend.lab.Await;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.local.Settings;
import dev.inferlab.local.process.HttpProbe;
import dev.inferlab.local.process.Probe;
import dev.inferlab.local.supervise.ChildState;
import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when each process is up again after it was killed: a service, Kafka and PostgreSQL when
 * they first answer their own probe, an agent when it first answers {@code /health/live} (the
 * supervisor's probe of it would ask the whole lab), an executor at once (its agent starts one for
 * the next job). What happens after that, also to processes that were not killed, is recovery.
 */
final class Restarts implements AutoCloseable {
  private static final long LOOK_EVERY_NANOS = 20_000_000;

  private final Lab lab;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Probe> agents = new HashMap<>();

  /** When a process was first seen up, by its pid. */
  private final Map<Long, Long> up = new ConcurrentHashMap<>();

  private volatile boolean closed;

  Restarts(Lab lab) {
    this.lab = lab;
    Settings settings = lab.platform().settings();
    for (int number = 1; number <= settings.agents(); number++) {
      URI live =
          URI.create("http://127.0.0.1:" + settings.ports().agentHttp(number) + "/health/live");
      agents.put(settings.agentName(number), new HttpProbe(http, live));
    }
    Thread.ofVirtual().start(this::watch);
  }

  private void watch() {
    while (!closed) {
      look();
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  private void look() {
    for (ChildStatus child : children()) {
      if (child.pid() != 0 && !up.containsKey(child.pid()) && isUp(child)) {
        up.put(child.pid(), System.nanoTime());
      }
    }
  }

  /** None at a moment at which the supervisor says nothing. */
  private List<ChildStatus> children() {
    return lab.platform().status().map(PlatformStatus::children).orElse(List.of());
  }

  private boolean isUp(ChildStatus child) {
    Probe agent = agents.get(child.name());
    try {
      return ProcessHandle.of(child.pid()).isPresent()
          && (agent == null ? child.state() == ChildState.READY : agent.isReady());
    } catch (IOException startsStill) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits until all are up.
   *
   * @param killed pids that do not come back, though a status of before may still name them
   * @return when the last one was, as {@link System#nanoTime} counts
   */
  long awaitLast(Set<Long> killed) throws Exception {
    Await.until(
        Lab.START,
        "every process is up again",
        () ->
            lab.status().children().stream()
                .allMatch(child -> up.containsKey(child.pid()) && !killed.contains(child.pid())));
    return lab.status().children().stream()
        .mapToLong(child -> up.get(child.pid()))
        .max()
        .orElseThrow();
  }

  @Override
  public void close() {
    closed = true;
    http.close();
  }
}
