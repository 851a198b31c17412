package dev.inferlab.gateway.model.analysis;

import dev.inferlab.platform.artifact.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Optional;
import java.util.UUID;

/** A model's analysis and graph, apart from the model because lists do not need them. */
@Entity
@Table(name = "model_analysis")
public class StoredAnalysis {
  @Id
  @Column(name = "model_id")
  UUID modelId;

  /** An {@link AnalysisView}. */
  String document;

  @Column(name = "graph_sha256")
  String graphSha256;

  @Column(name = "graph_bytes")
  Long graphBytes;

  protected StoredAnalysis() {}

  /**
   * @param graph empty: the agent made none
   */
  public StoredAnalysis(UUID modelId, String document, Optional<Digest> graph) {
    this.modelId = modelId;
    this.document = document;
    graphSha256 = graph.map(Digest::sha256).orElse(null);
    graphBytes = graph.map(Digest::sizeBytes).orElse(null);
  }

  public String document() {
    return document;
  }

  public Optional<Digest> graph() {
    return graphSha256 == null
        ? Optional.empty()
        : Optional.of(new Digest(graphSha256, graphBytes));
  }
}
