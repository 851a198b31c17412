package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.InputSpec;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.gateway.target.Device;
import dev.inferlab.proto.job.v1.Digest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Loads what submits need to know, for any number of projects with one statement. */
@ApplicationScoped
class ProjectContexts {
  // The lock keeps a project from being deleted while an experiment of it is being inserted.
  private static final String LOAD =
      """
      select cast(p.id as text), cast(p.target_id as text), p.device, t.devices,
             cast(m.id as text), m.state, m.xml_sha256, m.xml_bytes, m.bin_sha256, m.bin_bytes,
             m.inputs, m.outputs, m.input_spec, d.zip_sha256, d.zip_bytes
      from project p
      join model m on m.id = p.model_id
      join target t on t.id = p.target_id
      left join dataset d on d.id = p.dataset_id
      where p.id in (select cast(value as uuid) from jsonb_array_elements_text(cast(cast(:ids as text) as jsonb)))
      for key share of p
      """;
  private static final TypeReference<List<Device>> DEVICES = new TypeReference<>() {};
  private static final TypeReference<List<Port>> PORTS = new TypeReference<>() {};

  private final Json json;

  ProjectContexts(Json json) {
    this.json = json;
  }

  Uni<Map<UUID, ProjectContext>> load(Mutiny.Session session, Collection<UUID> projectIds) {
    return session
        .createNativeQuery(LOAD, Object[].class)
        .setParameter("ids", json.write(projectIds))
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(this::context)
                    .collect(Collectors.toMap(ProjectContext::projectId, context -> context)));
  }

  private ProjectContext context(Object[] row) {
    String deviceId = (String) row[2];
    Optional<Device> device =
        json.read((String) row[3], DEVICES).stream()
            .filter(candidate -> candidate.id().equals(deviceId))
            .findFirst();
    ProjectContext.Model model =
        new ProjectContext.Model(
            UUID.fromString((String) row[4]),
            (String) row[5],
            digest(row[6], row[7]),
            digest(row[8], row[9]),
            json.read((String) row[10], PORTS),
            json.read((String) row[11], PORTS),
            Optional.ofNullable((String) row[12]).map(text -> json.read(text, InputSpec.class)));
    return new ProjectContext(
        UUID.fromString((String) row[0]),
        UUID.fromString((String) row[1]),
        deviceId,
        device,
        model,
        digest(row[13], row[14]));
  }

  private static Optional<Digest> digest(Object sha256, Object sizeBytes) {
    return sha256 == null
        ? Optional.empty()
        : Optional.of(
            Digest.newBuilder()
                .setSha256((String) sha256)
                .setSizeBytes(((Number) sizeBytes).longValue())
                .build());
  }
}
