package dev.inferlab.scheduler.store;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/** The one clock that decides leases. */
public final class DatabaseClock {

  private static final String NOW =
      "select cast(json_build_object('now', clock_timestamp()) as text)";

  private DatabaseClock() {}

  private record Now(Instant now) {}

  public static Uni<Instant> now(Mutiny.Session session) {
    return Rows.one(session, Now.class, NOW, Map.of()).map(Now::now);
  }
}
