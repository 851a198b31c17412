package dev.inferlab.agent;

import dev.inferlab.agent.config.AgentConfig;
import dev.inferlab.agent.config.InvalidConfigException;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.observe.Logs;
import dev.inferlab.proto.agent.v1.Refuse;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The program on a lab machine. */
public final class AgentMain {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** EX_CONFIG of sysexits.h; not 3, with which Java ends when its heap is full. */
  private static final int REFUSED = 78;

  private AgentMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
      System.out.print(AgentConfig.help());
      return;
    }
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    int code;
    try {
      code = run(AgentConfig.of(List.of(arguments), System.getenv()));
    } catch (InvalidConfigException e) {
      code = complain(WRONG_USAGE, e.getMessage());
    } catch (BindException e) {
      code = complain(FAILED, "The HTTP port is taken. Choose another with --http-port=PORT.");
    } catch (IOException e) {
      code = complain(FAILED, "The agent cannot start: " + e.getMessage());
    } catch (JobFailedException e) {
      code = complain(FAILED, e.problem().getDetail() + " (" + e.getCause() + ")");
    }
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int run(AgentConfig config)
      throws IOException, JobFailedException, InterruptedException {
    Logs.configure(config.logLevel(), config.name());
    Logger log = Logger.getLogger(AgentMain.class);
    if (!config.tls().enabled()
        && !config.scheduler().matches("(localhost|127\\..*|\\[::1]):\\d+")) {
      log.warnf(
          "The way to %s is not encrypted. Use --tls-ca (and --tls-cert, --tls-key) outside of this machine.",
          config.scheduler());
    }
    Agent agent = Agent.start(config, System.getenv());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(
                    () -> {
                      close(agent, log);
                      stopped.countDown();
                    }));
    Optional<Refuse> refused = agent.serve();
    if (refused.isPresent()) {
      complain(
          REFUSED,
          "The scheduler refuses this agent (%s): %s"
              .formatted(refused.get().getCode(), refused.get().getDetail()));
      return REFUSED;
    }
    stopped.await(
        1, TimeUnit.MINUTES); // the hook does the rest; leaving main early would change nothing
    return 0;
  }

  private static void close(Agent agent, Logger log) {
    try {
      agent.close();
    } catch (IOException e) {
      log.warn("Stopping was not clean", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int complain(int code, String message) {
    System.err.println("inferlab-agent: " + message);
    return code;
  }
}
