package dev.inferlab.gateway.model;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** A model's {@link Labels}, apart from it because there may be many. */
@Entity
@Table(name = "model_labels")
class ModelLabels {
  @Id
  @Column(name = "model_id")
  UUID modelId;

  String document;

  static ModelLabels of(UUID modelId, String document) {
    ModelLabels labels = new ModelLabels();
    labels.modelId = modelId;
    labels.document = document;
    return labels;
  }
}
