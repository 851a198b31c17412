package dev.inferlab.gateway.upload;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A file that comes in parts, perhaps over several connections and replicas. */
@Entity
@Table(name = "upload")
class Upload {
  @Id UUID id;
  String owner;

  @Column(name = "file_name")
  String fileName;

  @Column(name = "length_bytes")
  long lengthBytes;

  @Column(name = "received_bytes")
  long receivedBytes;

  boolean used;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "expires_at")
  Instant expiresAt;
}
