package dev.inferlab.platform.outbox;

import com.google.protobuf.Timestamp;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.telemetry.TraceParent;
import dev.inferlab.proto.job.v1.Envelope;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;

/** Makes the envelopes of outgoing messages: a new id, the time, and the trace that is going on. */
@ApplicationScoped
public class Envelopes {
  private final Ids ids;
  private final InstantSource clock;

  Envelopes(Ids ids, InstantSource clock) {
    this.ids = ids;
    this.clock = clock;
  }

  /** An envelope for a message that the work now running causes. */
  public Envelope next() {
    return next(TraceParent.current());
  }

  /**
   * An envelope for a message that belongs to another trace, e.g. the one that a stored job
   * carries.
   */
  public Envelope next(String traceParent) {
    Instant now = clock.instant();
    return Envelope.newBuilder()
        .setMessageId(ids.next().toString())
        .setOccurredAt(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .setTraceParent(traceParent)
        .build();
  }
}
