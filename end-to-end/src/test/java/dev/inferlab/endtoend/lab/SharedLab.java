package dev.inferlab.endtoend.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one lab that they share, and what it traced: starting one takes longer than most of
 * them. The test classes leave it as they found it: running, with nothing queued.
 */
public final class SharedLab implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Lab.class || type == TraceReceiver.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(Namespace.create(SharedLab.class))
            .computeIfAbsent(Running.class, key -> Running.start(), Running.class);
    return parameter.getParameter().getType() == Lab.class ? running.lab : running.traces;
  }

  private record Running(Path home, TraceReceiver traces, Lab lab) implements AutoCloseable {

    static Running start() {
      try {
        Path home = Files.createTempDirectory("inferlab-end-to-end");
        TraceReceiver traces = TraceReceiver.start();
        Map<String, String> exporters =
            Map.of(
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", traces.endpoint(),
                "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "OTEL_EXPORTER_OTLP_ENDPOINT", traces.endpoint(),
                "OTEL_BSP_SCHEDULE_DELAY", "200",
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "200ms");
        return new Running(home, traces, Lab.start(home, 1, exporters));
      } catch (Exception e) {
        throw new IllegalStateException("The lab does not start: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() throws Exception {
      lab.close();
      traces.close();
      List<Path> deepestFirst;
      try (Stream<Path> all = Files.walk(home)) {
        deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
