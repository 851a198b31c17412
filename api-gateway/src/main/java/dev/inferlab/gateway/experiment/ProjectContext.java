package dev.inferlab.gateway.experiment;

import dev.inferlab.gateway.model.InputSpec;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.gateway.target.Device;
import dev.inferlab.proto.job.v1.Digest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * All of a project that decides whether and how an experiment can run.
 *
 * @param dataset empty: random input
 * @param device as the target told it last; empty when the target does not have it any more
 */
public record ProjectContext(
    UUID projectId,
    UUID targetId,
    String deviceId,
    Optional<Device> device,
    Model model,
    Optional<Digest> dataset) {

  /** Digests are empty until the model is READY. */
  public record Model(
      UUID id,
      String state,
      Optional<Digest> xml,
      Optional<Digest> bin,
      List<Port> inputs,
      List<Port> outputs,
      Optional<InputSpec> inputSpec) {}
}
