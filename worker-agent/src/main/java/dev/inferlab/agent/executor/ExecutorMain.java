package dev.inferlab.agent.executor;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.observe.Tracing;
import dev.inferlab.proto.executor.v1.Discovered;
import dev.inferlab.proto.executor.v1.FromExecutor;
import dev.inferlab.proto.executor.v1.LookingAt;
import dev.inferlab.proto.executor.v1.Pong;
import dev.inferlab.proto.executor.v1.Ready;
import dev.inferlab.proto.executor.v1.Run;
import dev.inferlab.proto.executor.v1.ToExecutor;
import dev.inferlab.proto.job.v1.Problem;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The executor: a child of the agent that loads native code and runs one job at a time. It lives no
 * longer than its agent: when the socket closes, or the parent process changes, it takes its own
 * children with it and ends.
 */
public final class ExecutorMain {
  /** Where to connect, and what to say there. */
  public static final String SOCKET_VARIABLE = "INFERLAB_EXECUTOR_SOCKET";

  public static final String TOKEN_VARIABLE = "INFERLAB_EXECUTOR_TOKEN";

  /** With the parts of earlier attempts. */
  private static final int LARGEST_RUN_BYTES = 64 << 20;

  private final Wire wire;
  private final Map<String, JobRunner> runners = new TreeMap<>();
  private final Tracing tracing;
  // Jobs run on a platform thread: native calls would pin a virtual one.
  private final ExecutorService jobs =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("job").daemon().factory());
  private volatile JobContext current;

  private ExecutorMain(Wire wire, Tracing tracing) {
    this.wire = wire;
    this.tracing = tracing;
    for (JobRunner runner : ServiceLoader.load(JobRunner.class)) {
      runners.put(runner.kind(), runner);
    }
  }

  public static void main(String[] arguments) throws IOException {
    ParentWatch.start();
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(System.getenv(SOCKET_VARIABLE)));
    try (Wire wire = new Wire(socket, LARGEST_RUN_BYTES)) {
      wire.send(
          FromExecutor.newBuilder()
              .setReady(
                  Ready.newBuilder()
                      .setToken(System.getenv(TOKEN_VARIABLE))
                      .setPid(ProcessHandle.current().pid()))
              .build());
      new ExecutorMain(wire, Tracing.fromEnvironment("inferlab-executor", System.getenv())).serve();
    } catch (IOException e) {
      // The agent is gone, or breaks off: the same end.
    } finally {
      ParentWatch.endWithChildren();
    }
  }

  private void serve() throws IOException {
    for (Optional<ToExecutor> message = next(); message.isPresent(); message = next()) {
      switch (message.get().getMessageCase()) {
        case PING ->
            wire.send(
                FromExecutor.newBuilder()
                    .setPong(Pong.newBuilder().setSequence(message.get().getPing().getSequence()))
                    .build());
        case RUN -> {
          Run run = message.get().getRun();
          jobs.execute(() -> run(run));
        }
        case DISCOVER -> {
          Set<String> except = Set.copyOf(message.get().getDiscover().getExceptList());
          jobs.execute(() -> discover(except));
        }
        case PART_STORED -> {
          JobContext job = current;
          if (job != null) {
            job.partStored(message.get().getPartStored().getKey());
          }
        }
        case MESSAGE_NOT_SET -> {}
      }
    }
  }

  private Optional<ToExecutor> next() throws IOException {
    return wire.receive(ToExecutor.parser());
  }

  private void discover(Set<String> except) {
    try {
      Discovered discovered = found(except);
      send(FromExecutor.newBuilder().setDiscovered(discovered).build());
    } catch (Throwable e) { // or the agent would wait for an answer
      e.printStackTrace();
      fail(
          Failure.EXECUTOR_INTERNAL.problem(
              "Asking it failed in a way that Inferlab does not foresee. The agent's executor log says more."));
    }
  }

  private Discovered found(Set<String> except) {
    Discovered.Builder discovered = Discovered.newBuilder().addAllJobKinds(runners.keySet());
    for (DeviceProbe probe : ServiceLoader.load(DeviceProbe.class)) {
      DeviceProbe.Found found = probe.find(kind -> !except.contains(kind) && lookAt(kind));
      discovered.addAllDevices(found.devices());
      if (!found.runtimeVersion().isEmpty()) {
        discovered.setRuntimeVersion(found.runtimeVersion());
      }
    }
    return discovered.build();
  }

  private boolean lookAt(String kind) {
    send(FromExecutor.newBuilder().setLookingAt(LookingAt.newBuilder().setKind(kind)).build());
    return true;
  }

  private void run(Run run) {
    JobContext job = new JobContext(run, wire, tracing);
    current = job;
    JobRunner runner = runners.get(run.getJob().getKind());
    if (runner == null) {
      fail(
          Failure.JOB_KIND_UNKNOWN.problem(
              "This target cannot run jobs of this kind. Update its agent."));
      return;
    }
    Span span = tracing.start("run " + run.getJob().getKind(), run.getTraceParent());
    ByteString result;
    try (Scope _ = span.makeCurrent()) {
      result = runner.run(job);
    } catch (JobFailedException e) {
      end(span, e);
      fail(e.problem());
      return;
    } catch (InterruptedException e) {
      return; // nobody interrupts but the end of the process
    } catch (Throwable e) { // an Error too: the agent would wait for this job until its time limit
      e.printStackTrace(); // goes to the executor's log; the user gets no internals
      end(span, e);
      fail(
          Failure.EXECUTOR_INTERNAL.problem(
              "The job failed in a way that Inferlab does not foresee. Its target's executor log says more."));
      return;
    }
    span.end();
    tracing.flush();
    current = null;
    job.finish(result);
  }

  private void end(Span span, Throwable e) {
    span.recordException(e);
    span.end();
    tracing.flush();
  }

  private void fail(Problem problem) {
    current = null;
    send(FromExecutor.newBuilder().setFailed(problem).build());
  }

  private void send(FromExecutor message) {
    try {
      wire.send(message);
    } catch (IOException e) {
      ParentWatch.endWithChildren();
    }
  }
}
