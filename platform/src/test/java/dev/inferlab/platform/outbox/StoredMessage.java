package dev.inferlab.platform.outbox;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;

/** A waiting message with all that is stored of it. */
@Entity
@Immutable
@Table(name = "outbox")
class StoredMessage {
  @Id long id;

  @Column(name = "message_id")
  UUID messageId;

  String topic;
  String key;

  @Column(name = "trace_parent")
  String traceParent;

  byte[] payload;

  @Column(name = "created_at")
  Instant createdAt;
}
