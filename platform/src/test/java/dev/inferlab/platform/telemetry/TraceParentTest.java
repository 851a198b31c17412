package dev.inferlab.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TEXT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void comesBackAsItWent() {
    Context restored = TraceParent.restore(TEXT);

    assertThat(TraceParent.of(Span.fromContext(restored).getSpanContext())).isEqualTo(TEXT);
    assertThat(Span.fromContext(restored).getSpanContext().isRemote()).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "nonsense", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"})
  void whatNamesNoSpanIsNoTrace(String text) {
    assertThat(Span.fromContext(TraceParent.restore(text)).getSpanContext().isValid()).isFalse();
  }

  @Test
  void isEmptyOutsideOfATrace() {
    assertThat(TraceParent.current()).isEmpty();
  }
}
