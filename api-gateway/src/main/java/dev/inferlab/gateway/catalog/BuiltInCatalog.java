package dev.inferlab.gateway.catalog;

import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.db.SingleColumn;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Brings our own catalogue into the database at the start, as it is in this version. Replicas that
 * start together take turns; a database that is away is tried again.
 */
@ApplicationScoped
class BuiltInCatalog {
  static final String NAME = "inferlab";
  private static final Logger LOG = Logger.getLogger(BuiltInCatalog.class);
  private static final long PAUSE_SECONDS = 5;
  private static final String LOCK =
      "select cast(pg_advisory_xact_lock(hashtextextended('inferlab.catalog', 0)) as text)";

  private final Database database;
  private final ReadCatalog read;
  private final CatalogRows rows;
  private final CountDownLatch stop = new CountDownLatch(1);

  BuiltInCatalog(Database database, ReadCatalog read, CatalogRows rows) {
    this.database = database;
    this.read = read;
    this.rows = rows;
  }

  void start(@Observes StartupEvent event) throws IOException {
    List<ZooModel> models = read.ours();
    Thread.ofVirtual().name("built-in-catalog").start(() -> bring(models));
  }

  void stop(@Observes io.quarkus.runtime.ShutdownEvent event) {
    stop.countDown();
  }

  private void bring(List<ZooModel> models) {
    try {
      do {
        try {
          database.inTransaction(session -> bring(session, models)).await().indefinitely();
          return;
        } catch (RuntimeException e) {
          LOG.warnf("Could not bring our catalogue into the database now: %s", e);
        }
      } while (!stop.await(PAUSE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Uni<Void> bring(Mutiny.Session session, List<ZooModel> models) {
    return SingleColumn.text(session, LOCK, Map.of())
        .chain(
            () ->
                session
                    .createSelectionQuery(
                        "from CatalogSource where kind = 'BUILT_IN'", CatalogSource.class)
                    .getSingleResultOrNull())
        .chain(
            found ->
                found != null
                    ? Uni.createFrom().item(found)
                    : add(session, rows.source("inferlab", CatalogSource.BUILT_IN, NAME, null)))
        .chain(
            source ->
                rows.digest(models).equals(source.digest)
                    ? Uni.createFrom().voidItem()
                    : rows.write(session, source, models));
  }

  private static Uni<CatalogSource> add(Mutiny.Session session, CatalogSource source) {
    return session.persist(source).replaceWith(source);
  }
}
