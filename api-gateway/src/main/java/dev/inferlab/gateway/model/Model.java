package dev.inferlab.gateway.model;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** A version of a network: the files that came, and the IR that they became under its options. */
@Entity
@Table(name = "model")
class Model {
  static final String DOWNLOADING = "DOWNLOADING";
  static final String SCANNED = "SCANNED";
  static final String IMPORTING = "IMPORTING";
  static final String READY = "READY";
  static final String FAILED = "FAILED";
  static final Set<String> STATES = Set.of(DOWNLOADING, SCANNED, IMPORTING, READY, FAILED);

  static final String IMPORT = "IMPORT";
  static final String CONVERSION = "CONVERSION";
  static final String CALIBRATION = "CALIBRATION";
  static final Set<String> ORIGINS = Set.of(IMPORT, CONVERSION, CALIBRATION);

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

  /** The version that came with the files; its own id for that one. */
  @Column(name = "root_id")
  UUID rootId;

  String origin;

  /** Null when nothing was converted; see {@code conversion.Conversion}. */
  String conversion;

  @Column(name = "conversion_key")
  String conversionKey;

  @Column(name = "scan_inputs")
  String scanInputs;

  @Column(name = "scan_outputs")
  String scanOutputs;

  /** Whether {@link #task} is the user's word; else it is the guess. */
  @Column(name = "task_given")
  boolean taskGiven;

  @Column(name = "task_guess")
  String taskGuess;

  @Column(name = "task_settings")
  String taskSettings;

  /** What experiments use: the user's word or the guess. */
  @Column(name = "input_spec")
  String inputSpec;

  @Column(name = "input_given")
  boolean inputGiven;

  @Column(name = "input_guess")
  String inputGuess;

  /** Null: nothing; see {@link CameWith}. */
  @Column(name = "came_with")
  String cameWith;

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

  /** "catalogue/name" of what it was imported from; null for uploads. */
  @Column(name = "catalog_entry")
  String catalogEntry;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "updated_at")
  Instant updatedAt;

  void requireReady() {
    if (!state.equals(READY)) {
      throw new ProblemException(ProblemCode.MODEL_NOT_READY, "The model is %s.".formatted(state));
    }
  }
}
