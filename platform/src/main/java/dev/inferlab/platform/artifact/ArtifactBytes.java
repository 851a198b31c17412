package dev.inferlab.platform.artifact;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts what goes through the store, as {@code inferlab_artifact_bytes_total{direction}}. The
 * direction is that of the process which counts: at a service, {@code in} is written into the store
 * and {@code out} read from it; at an agent, which counts under the same name, {@code in} comes
 * from the lab to its machine and {@code out} goes back. So an agent's {@code in} is a service's
 * {@code out}, and a sum needs one {@code job}.
 */
final class ArtifactBytes {
  private final Counter in;
  private final Counter out;

  ArtifactBytes(MeterRegistry registry) {
    in = counter(registry, "in");
    out = counter(registry, "out");
  }

  void in(long bytes) {
    in.increment((double) bytes);
  }

  InputStream counted(InputStream source) {
    return new FilterInputStream(source) {
      @Override
      public int read() throws IOException {
        int one = super.read();
        if (one >= 0) {
          out.increment();
        }
        return one;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        if (count > 0) {
          out.increment(count);
        }
        return count;
      }
    };
  }

  private static Counter counter(MeterRegistry registry, String direction) {
    return Counter.builder("inferlab.artifact.bytes")
        .description("Bytes into and out of the artifact store")
        .tag("direction", direction)
        .register(registry);
  }
}
