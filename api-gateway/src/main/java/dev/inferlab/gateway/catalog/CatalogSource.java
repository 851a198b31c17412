package dev.inferlab.gateway.catalog;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Where entries come from: our own catalogue, a folder of the operator, an upload, an address. */
@Entity
@Table(name = "catalog_source")
class CatalogSource {
  static final String BUILT_IN = "BUILT_IN";
  static final String FOLDER = "FOLDER";
  static final String UPLOAD = "UPLOAD";
  static final String URL = "URL";
  static final String LOADING = "LOADING";
  static final String READY = "READY";
  static final String FAILED = "FAILED";

  @Id UUID id;
  String name;
  String kind;
  String location;
  String state;
  String digest;
  String problem;
  String owner;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "updated_at")
  Instant updatedAt;
}
