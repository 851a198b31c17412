package dev.inferlab.platform.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Map;

/** W3C {@code traceparent} texts: how a trace goes through tables, Kafka messages and jobs. */
public final class TraceParent {
  /** The name of the Kafka and HTTP header. */
  public static final String HEADER = "traceparent";

  private static final TextMapGetter<Map<String, String>> FROM_MAP =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
          return List.copyOf(carrier.keySet());
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
          return carrier == null ? null : carrier.get(key);
        }
      };

  private TraceParent() {}

  /** Of the span that is current here; empty if none is. */
  public static String current() {
    return of(Span.current().getSpanContext());
  }

  /** Of a span that need not be current; empty if it is not a real one. */
  public static String of(SpanContext span) {
    if (!span.isValid()) {
      return "";
    }
    return "00-%s-%s-%s"
        .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
  }

  /**
   * A context whose current span is the (remote) one of the text; the root context if it names
   * none.
   */
  public static Context restore(String traceParent) {
    if (traceParent == null || traceParent.isBlank()) {
      return Context.root();
    }
    return W3CTraceContextPropagator.getInstance()
        .extract(Context.root(), Map.of(HEADER, traceParent), FROM_MAP);
  }
}
