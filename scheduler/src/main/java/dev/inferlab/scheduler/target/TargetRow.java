package dev.inferlab.scheduler.target;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.proto.job.v1.LabelTarget;
import dev.inferlab.proto.job.v1.Resources;
import dev.inferlab.proto.job.v1.TargetState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A row of the table {@code target}; the migration says what the columns mean. */
@Entity
@Table(name = "target")
public class TargetRow {

  @Id UUID id;

  long version;

  String name;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  TargetState state;

  boolean draining;

  boolean forgotten;

  byte[] hello;

  byte[] resources;

  @Column(name = "user_labels")
  byte[] userLabels;

  UUID replica;

  long epoch;

  @Column(name = "last_seen")
  Instant lastSeen;

  @Column(name = "reported_at")
  Instant reportedAt;

  protected TargetRow() {}

  public UUID id() {
    return id;
  }

  public long version() {
    return version;
  }

  public TargetState state() {
    return state;
  }

  public boolean draining() {
    return draining;
  }

  public long epoch() {
    return epoch;
  }

  Hello hello() {
    return parsed(() -> Hello.parseFrom(hello));
  }

  /** The agent's own, and over them those that users gave. */
  Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>(hello().getLabelsMap());
    labels.putAll(parsed(() -> LabelTarget.parseFrom(userLabels)).getLabelsMap());
    return labels;
  }

  Resources resources() {
    return parsed(() -> Resources.parseFrom(resources));
  }

  boolean connected() {
    return switch (state) {
      case ONLINE, DRAINING, DRAINED -> true;
      default -> false;
    };
  }

  /** Makes the change one that is told. */
  void changed(TargetState next, Instant now) {
    state = next;
    version++;
    reportedAt = now;
  }

  private interface Parse<T> {
    T parse() throws InvalidProtocolBufferException;
  }

  private static <T> T parsed(Parse<T> parse) {
    try {
      return parse.parse();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("A target's row cannot be read", e);
    }
  }
}
