package dev.inferlab.gateway.experiment;

import com.google.protobuf.ByteString;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.Placement;
import java.time.Duration;
import java.util.List;

/**
 * What an accepted request comes to: one job, and the options with every default written out.
 *
 * @param options JSON text
 * @param jobOptions the job's serialized options
 * @param timeLimit of one attempt
 */
public record Plan(
    String options,
    List<FileRef> inputs,
    ByteString jobOptions,
    Placement placement,
    Duration timeLimit) {}
