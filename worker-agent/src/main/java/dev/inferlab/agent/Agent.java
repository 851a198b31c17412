package dev.inferlab.agent;

import dev.inferlab.agent.artifact.ArtifactCache;
import dev.inferlab.agent.artifact.ArtifactTransfer;
import dev.inferlab.agent.attempt.Attempts;
import dev.inferlab.agent.attempt.ExecutionLog;
import dev.inferlab.agent.attempt.Stages;
import dev.inferlab.agent.config.AgentConfig;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.machine.Identity;
import dev.inferlab.agent.machine.Machine;
import dev.inferlab.agent.observe.StatusServer;
import dev.inferlab.agent.observe.Tracing;
import dev.inferlab.agent.process.DeviceSearch;
import dev.inferlab.agent.process.ExecutorPool;
import dev.inferlab.agent.process.Leftovers;
import dev.inferlab.agent.retry.Repeating;
import dev.inferlab.agent.session.Channels;
import dev.inferlab.agent.session.Leases;
import dev.inferlab.agent.session.SchedulerLink;
import dev.inferlab.agent.session.UpdateBuffer;
import dev.inferlab.agent.state.StateFolder;
import dev.inferlab.proto.agent.v1.Refuse;
import dev.inferlab.proto.executor.v1.Discovered;
import dev.inferlab.proto.job.v1.Device;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One agent, wired: from its state folder up to the stream to the scheduler. */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Agent.class);
  private static final long UPDATE_BUFFER_BYTES = 64 << 20;
  private static final Duration REPORT_WITHIN = Duration.ofSeconds(3);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  /** Longer than the stream's own wait for the answer to its goodbye. */
  private static final Duration HANG_UP_WITHIN = Duration.ofSeconds(4);

  private static final Duration FENCE_LOOK = Duration.ofMillis(250);
  private static final Duration TRIM_EVERY = Duration.ofSeconds(15);

  private final AgentConfig config;
  private final StateFolder state;
  private final ExecutionLog log;
  private final ExecutorPool executors;
  private final Tracing tracing;
  private final ManagedChannel channel;
  private final StatusServer status;
  private final Attempts attempts;
  private final UpdateBuffer updates;
  private final Repeating clock;
  private final SchedulerLink link;
  private boolean closed;

  private Agent(AgentConfig config, Map<String, String> environment)
      throws IOException, JobFailedException, InterruptedException {
    this.config = config;
    InstantSource time = InstantSource.system();
    state = StateFolder.open(config.stateFolder(), time, new SecureRandom());
    log = new ExecutionLog(state.executionLog(), time, state.targetId());
    Leftovers.sweep(state.work(), log::endAfterDeath);
    log.agentStarted();

    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Machine machine = new Machine(Path.of("/"), state.root());
    long most = machine.memoryBytes() / 10 * 8;
    long memoryLimit =
        config.executor().memoryLimitBytes() > 0 ? config.executor().memoryLimitBytes() : most;
    executors =
        new ExecutorPool(
            config.executor(),
            Math.max(most, memoryLimit),
            state.work(),
            state.logs(),
            metrics,
            state.targetId());
    Identity self = new Identity(state.targetId(), config, machine, discover(executors, config));

    tracing = Tracing.fromEnvironment("inferlab-agent", environment);
    channel = Channels.open(config.scheduler(), config.tls());
    ArtifactCache cache = new ArtifactCache(state.cache(), config.cacheLimitBytes(), time);
    updates = new UpdateBuffer(UPDATE_BUFFER_BYTES, this::wakeLink);
    Leases leases = new Leases(System::nanoTime);
    attempts =
        new Attempts(
            new Stages(
                new ArtifactTransfer(channel, cache, metrics),
                executors,
                log,
                updates,
                tracing,
                self.environment(),
                memoryLimit,
                config.executor().outputLimitBytes()),
            leases,
            config.slots());
    link = new SchedulerLink(channel, attempts, self, leases, updates);
    clock = new Repeating("agent-clock");
    clock.every(FENCE_LOOK, attempts::fence);
    clock.every(TRIM_EVERY, executors::trim);
    observe(metrics, cache);
    status = StatusServer.start(config.httpHost(), config.httpPort(), link::connected, metrics);
    LOG.infof("Health and metrics on http://%s:%d.", config.httpHost(), status.port());
  }

  /** Everything up, but not connected yet. */
  public static Agent start(AgentConfig config, Map<String, String> environment)
      throws IOException, JobFailedException, InterruptedException {
    return new Agent(config, environment);
  }

  private static Discovered discover(ExecutorPool executors, AgentConfig config)
      throws JobFailedException, InterruptedException {
    Discovered discovered = DeviceSearch.run(executors, config.executor().startTimeout());
    for (Device device : discovered.getDevicesList()) {
      LOG.infof(
          device.getAvailable() ? "Device %s: %s" : "Device %s cannot be used: %s",
          device.getId(),
          device.getAvailable() ? device.getFullName() : device.getReason());
    }
    LOG.infof("Job kinds: %s", String.join(", ", discovered.getJobKindsList()));
    return discovered;
  }

  private void observe(PrometheusMeterRegistry metrics, ArtifactCache cache) {
    Gauge.builder("inferlab.agent.running", attempts, Attempts::running).register(metrics);
    Gauge.builder("inferlab.agent.slots.free", attempts, Attempts::freeSlots).register(metrics);
    Gauge.builder("inferlab.agent.slots", config, AgentConfig::slots).register(metrics);
    Gauge.builder("inferlab.agent.executors", executors, ExecutorPool::size).register(metrics);
    Gauge.builder("inferlab.agent.connected", link, l -> l.connected() ? 1 : 0).register(metrics);
    Gauge.builder("inferlab.agent.updates.waiting", updates, UpdateBuffer::size).register(metrics);
    Gauge.builder("inferlab.agent.cache.bytes", cache, ArtifactCache::usedBytes).register(metrics);
  }

  private void wakeLink() {
    link.wake();
  }

  /** Serves the scheduler until {@link #close}, or answers why it refuses this agent for good. */
  public Optional<Refuse> serve() throws InterruptedException {
    return link.run();
  }

  public int httpPort() {
    return status.port();
  }

  public String targetId() {
    return state.targetId();
  }

  /**
   * Stops in order: takes nothing more, hands back or finishes what it has, says goodbye.
   * Idempotent.
   */
  @Override
  public void close() throws IOException, InterruptedException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    LOG.info("Stopping.");
    attempts.stopTaking();
    link.stopping();
    if (!attempts.awaitNone(config.stopGrace())) {
      attempts.stopAll();
      attempts.awaitNone(STOP_WITHIN);
    }
    // Before the goodbye, after which the scheduler gives to others what may still run here.
    executors.close();
    if (!updates.awaitEmpty(REPORT_WITHIN)) {
      LOG.warn("The scheduler did not acknowledge everything; what it does not get is done again.");
    }
    link.close("stopped");
    clock.close();
    status.close();
    channel.shutdown().awaitTermination(HANG_UP_WITHIN.toSeconds(), TimeUnit.SECONDS);
    channel.shutdownNow();
    tracing.close();
    log.close();
    state.close();
    LOG.info("Stopped.");
  }
}
