package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.event.EventBatch;
import dev.inferlab.gateway.event.NewEvent;
import dev.inferlab.gateway.experiment.profile.PointView;
import dev.inferlab.gateway.experiment.profile.ProfileKind;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.Conversions;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.ProfilePoint;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Applies what the scheduler says about jobs: to the jobs, their results, and what follows from it.
 */
@ApplicationScoped
public class JobEvents {
  private final JobRows rows;
  private final ExperimentRows experiments;
  private final Conversions conversions;
  private final ArtifactUses artifacts;
  private final Json json;

  JobEvents(
      JobRows rows,
      ExperimentRows experiments,
      Conversions conversions,
      ArtifactUses artifacts,
      Json json) {
    this.rows = rows;
    this.experiments = experiments;
    this.conversions = conversions;
    this.artifacts = artifacts;
    this.json = json;
  }

  /**
   * Gives what clients are to be told. Jobs that are not known here (deleted, of others) are left.
   */
  public Uni<List<NewEvent>> apply(Mutiny.Session session, EventBatch batch) {
    List<NewEvent> news = new ArrayList<>();
    Set<UUID> stated = new HashSet<>();
    Set<UUID> moved = new HashSet<>();
    return rows.change(session, batch.jobs())
        .call(changed -> conversions.apply(session, batch.jobs(), modelsOf(changed)))
        .invoke(
            changed ->
                changed.stream()
                    .filter(row -> !row.unseen())
                    .forEach(row -> add(stated, row.experimentId())))
        .chain(() -> rows.progress(session, batch.progress()))
        .invoke(changed -> changed.forEach(row -> add(moved, row.experimentId())))
        .chain(() -> rows.parts(session, batch.parts()))
        .chain(parts -> partial(session, parts, news))
        .chain(() -> experiments.follow(session, stated, moved))
        .map(
            states -> {
              // Parts first: a client that stops listening at the final state has seen all of them.
              List<NewEvent> all = new ArrayList<>(news);
              all.addAll(states);
              return all;
            });
  }

  private static Map<UUID, UUID> modelsOf(List<JobRows.Changed> changed) {
    Map<UUID, UUID> models = new java.util.HashMap<>();
    for (JobRows.Changed row : changed) {
      if (row.modelId() != null) {
        models.put(row.jobId(), row.modelId());
      }
    }
    return models;
  }

  private static void add(Set<UUID> ids, UUID id) {
    if (id != null) {
      ids.add(id);
    }
  }

  private Uni<Void> partial(
      Mutiny.Session session, List<JobRows.StoredPart> parts, List<NewEvent> news) {
    List<ArtifactUses.Use> uses = new ArrayList<>();
    for (JobRows.StoredPart part : parts) {
      ObjectNode data = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
      data.put("experimentId", part.experimentId().toString());
      data.put("key", part.key());
      if (part.kind().equals(ProfileKind.NAME)) {
        profilePoint(part, data, uses);
      }
      news.add(
          NewEvent.ofExperiment(
              NewEvent.EXPERIMENT_PARTIAL, part.experimentId(), json.write(data)));
    }
    return artifacts.add(session, uses);
  }

  private void profilePoint(JobRows.StoredPart part, ObjectNode data, List<ArtifactUses.Use> uses) {
    try {
      ProfilePoint point = ProfilePoint.parseFrom(part.payload());
      data.set("point", json.tree(json.write(PointView.of(point))));
      if (point.hasLayers()) {
        uses.add(use(point.getLayers(), part.experimentId()));
      }
      if (point.hasGraph()) {
        uses.add(use(point.getGraph(), part.experimentId()));
      }
    } catch (InvalidProtocolBufferException e) {
      data.put("unreadable", true);
    }
  }

  private static ArtifactUses.Use use(Digest digest, UUID experimentId) {
    return new ArtifactUses.Use(
        digest.getSha256(), ArtifactUses.EXPERIMENT, experimentId, digest.getSizeBytes());
  }
}
