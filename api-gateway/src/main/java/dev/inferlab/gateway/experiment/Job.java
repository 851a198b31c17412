package dev.inferlab.gateway.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A job as the scheduler last told it. */
@Entity
@Table(name = "job")
class Job {
  @Id UUID id;

  @Column(name = "experiment_id")
  UUID experimentId;

  String kind;
  String state;
  int attempt;

  @Column(name = "target_id")
  String targetId;

  String device;

  @Column(name = "waiting_for")
  String waitingFor;

  String attempts;
  String problem;
  byte[] result;
  double progress;
  String stage;

  @Column(name = "created_at")
  Instant createdAt;
}
