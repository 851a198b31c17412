package dev.inferlab.gateway.dataset;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Images, kept as one zip file in which nothing is compressed. */
@Entity
@Table(name = "dataset")
class Dataset {
  @Id UUID id;
  String name;
  String owner;
  String state;

  @Column(name = "zip_sha256")
  String zipSha256;

  @Column(name = "zip_bytes")
  long zipBytes;

  @Column(name = "image_count")
  int imageCount;

  String ignored;

  @Column(name = "ignored_count")
  int ignoredCount;

  @Column(name = "created_at")
  Instant createdAt;
}
