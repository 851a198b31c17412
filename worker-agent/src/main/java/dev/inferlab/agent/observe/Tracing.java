package dev.inferlab.agent.observe;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Spans of jobs, under the trace of the request that asked for them. Costs nothing unless an
 * endpoint is configured.
 */
public final class Tracing implements AutoCloseable {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final TextMapGetter<String> TRACE_PARENT =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
          return List.of("traceparent");
        }

        @Override
        public String get(String carrier, String key) {
          return key.equals("traceparent") ? carrier : null;
        }
      };

  private final Tracer tracer;
  private final Optional<SdkTracerProvider> provider;

  private Tracing(OpenTelemetry telemetry, Optional<SdkTracerProvider> provider) {
    this.tracer = telemetry.getTracer("dev.inferlab.agent");
    this.provider = provider;
  }

  /** On if {@code OTEL_EXPORTER_OTLP_ENDPOINT} is set: spans go there by OTLP over HTTP. */
  public static Tracing fromEnvironment(String service, Map<String, String> environment) {
    String endpoint = environment.getOrDefault(ENDPOINT, "");
    if (endpoint.isEmpty()
        || environment.getOrDefault("OTEL_SDK_DISABLED", "false").equals("true")) {
      return new Tracing(OpenTelemetry.noop(), Optional.empty());
    }
    String base = endpoint.endsWith("/") ? endpoint : endpoint + "/";
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.builder()
                            .put(AttributeKey.stringKey("service.name"), service)
                            .build()))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder().setEndpoint(base + "v1/traces").build())
                    .build())
            .build();
    return new Tracing(
        OpenTelemetrySdk.builder().setTracerProvider(provider).build(), Optional.of(provider));
  }

  /** A span under the given W3C trace context; a new trace if there is none. */
  public Span start(String name, String traceParent) {
    Context parent =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), traceParent, TRACE_PARENT);
    return tracer.spanBuilder(name).setParent(parent).startSpan();
  }

  /** A span under the thread's current one. */
  public Span start(String name) {
    return tracer.spanBuilder(name).startSpan();
  }

  /** The span's W3C trace context; {@code otherwise} if spans are not recorded. */
  public static String traceParent(Span span, String otherwise) {
    SpanContext context = span.getSpanContext();
    return context.isValid()
        ? "00-%s-%s-%s"
            .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex())
        : otherwise;
  }

  /** Sends what is finished, outside of any measurement. */
  public void flush() {
    provider.ifPresent(p -> p.forceFlush().join(2, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    provider.ifPresent(p -> p.shutdown().join(2, TimeUnit.SECONDS));
  }
}
