package dev.inferlab.scheduler.store;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.JobState;
import dev.inferlab.scheduler.job.Attempt;
import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.job.Fault;
import dev.inferlab.scheduler.job.Job;
import dev.inferlab.scheduler.job.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A row of the table {@code job}.
 *
 * @param lane hash of everything that placement looks at: the queue is read lane by lane
 * @param spec only when the job is new or is about to be sent to an agent
 * @param result written, never read back
 */
@SuppressWarnings("ArrayRecordComponent") // rows are written and read whole, never compared
record JobRow(
    UUID id,
    String experimentId,
    String kind,
    String owner,
    int priority,
    int maxAttempts,
    UUID targetId,
    String device,
    Map<String, String> labels,
    boolean exclusive,
    String traceParent,
    long lane,
    byte[] spec,
    JobState state,
    long version,
    List<Attempt> attempts,
    Instant readyAt,
    String cancelReason,
    String waitingFor,
    Fault fault,
    byte[] result) {

  static JobRow of(Job job, byte[] spec) {
    Request request = job.request();
    Demand demand = request.demand();
    return new JobRow(
        job.id(),
        request.experimentId(),
        request.kind(),
        request.owner(),
        request.priority(),
        request.maxAttempts(),
        demand.targetId(),
        demand.device(),
        demand.labels(),
        demand.exclusive(),
        request.traceParent(),
        Lane.of(request),
        spec,
        job.state(),
        job.version(),
        job.attempts(),
        job.readyAt(),
        job.cancelReason(),
        job.waitingFor(),
        job.fault(),
        job.result() == null ? null : job.result().toByteArray());
  }

  Job job() {
    return new Job(
        id,
        new Request(
            experimentId,
            kind,
            owner,
            priority,
            maxAttempts,
            new Demand(targetId, device, labels, exclusive),
            traceParent),
        state,
        version,
        attempts,
        readyAt,
        cancelReason,
        waitingFor,
        fault,
        result == null ? null : ByteString.copyFrom(result));
  }
}
