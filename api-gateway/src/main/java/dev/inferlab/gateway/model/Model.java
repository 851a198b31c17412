package dev.inferlab.gateway.model;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A network: the files that came, and the IR that they became. */
@Entity
@Table(name = "model")
class Model {
  static final String IMPORTING = "IMPORTING";
  static final String READY = "READY";
  static final String FAILED = "FAILED";

  @Id UUID id;
  String name;
  String owner;
  String state;
  String format;

  @Column(name = "format_version")
  String formatVersion;

  String precision;
  String task;

  @Column(name = "parent_id")
  UUID parentId;

  @Column(name = "input_spec")
  String inputSpec;

  String files;
  String inputs;
  String outputs;
  String notes;

  @Column(name = "xml_sha256")
  String xmlSha256;

  @Column(name = "xml_bytes")
  Long xmlBytes;

  @Column(name = "bin_sha256")
  String binSha256;

  @Column(name = "bin_bytes")
  Long binBytes;

  @Column(name = "size_bytes")
  long sizeBytes;

  Long parameters;

  @Column(name = "runtime_version")
  String runtimeVersion;

  String problem;

  @Column(name = "job_id")
  UUID jobId;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "updated_at")
  Instant updatedAt;
}
