package dev.inferlab.gateway.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of what users asked for; changed by set-based statements, read through this class. */
@Entity
@Table(name = "experiment")
class Experiment {
  @Id UUID id;

  @Column(name = "project_id")
  UUID projectId;

  String kind;
  String options;
  int priority;
  String owner;

  @Enumerated(EnumType.STRING)
  ExperimentState state;

  double progress;
  String stage;

  @Column(name = "cancel_requested")
  boolean cancelRequested;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "updated_at")
  Instant updatedAt;

  @Column(name = "finished_at")
  Instant finishedAt;
}
