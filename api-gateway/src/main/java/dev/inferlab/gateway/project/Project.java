package dev.inferlab.gateway.project;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Model × dataset × target × device. */
@Entity
@Table(name = "project")
class Project {
  @Id UUID id;

  @Column(name = "model_id")
  UUID modelId;

  @Column(name = "dataset_id")
  UUID datasetId;

  @Column(name = "target_id")
  UUID targetId;

  String device;
  String owner;

  @Column(name = "created_at")
  Instant createdAt;
}
