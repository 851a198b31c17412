package dev.inferlab.gateway.catalog;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** A model that a catalogue offers: what is searched, and the whole as a document. */
@Entity
@Table(name = "catalog_entry")
class CatalogEntry {
  @Id UUID id;

  @Column(name = "source_id")
  UUID sourceId;

  String path;
  String name;
  String task;

  @Column(name = "task_type")
  String taskType;

  String framework;
  String precisions;

  @Column(name = "size_bytes")
  long sizeBytes;

  boolean importable;
  String words;

  /** A {@link dev.inferlab.gateway.catalog.zoo.ZooModel} as JSON. */
  String document;
}
