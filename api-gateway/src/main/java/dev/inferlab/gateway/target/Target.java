package dev.inferlab.gateway.target;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A target as the scheduler last told it; written by {@link TargetChanges}. */
@Entity
@Table(name = "target")
class Target {
  @Id UUID id;
  String name;
  String state;

  String labels;
  String devices;
  String resources;

  @Column(name = "agent_version")
  String agentVersion;

  @Column(name = "runtime_version")
  String runtimeVersion;

  @Column(name = "job_kinds")
  String jobKinds;

  @Column(name = "last_seen")
  Instant lastSeen;

  boolean forgotten;

  @Column(name = "created_at")
  Instant createdAt;
}
