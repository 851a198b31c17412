package dev.inferlab.gateway.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;

/** A piece of a job's result; it stays when the attempt that made it is lost. */
@Entity
@Table(name = "result_part")
@IdClass(ResultPart.Key.class)
class ResultPart {
  @Id
  @Column(name = "job_id")
  UUID jobId;

  @Id String key;
  int attempt;
  byte[] payload;

  /** What tells parts from each other. */
  record Key(UUID jobId, String key) implements Serializable {}
}
