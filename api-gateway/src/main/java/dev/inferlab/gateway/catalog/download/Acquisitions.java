package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.catalog.download.AcquisitionRows.Claim;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.platform.telemetry.TraceParent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Downloads that are asked for here and done by any replica: each looks for rows that nobody holds
 * and works on some at a time. One that dies leaves its rows to the others, or to itself after a
 * restart, which then goes on with what it has.
 */
@ApplicationScoped
public class Acquisitions {
  private static final Logger LOG = Logger.getLogger(Acquisitions.class);
  private static final long CLEANING_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final AcquisitionRows rows;
  private final Acquire acquire;
  private final PartialFiles partial;
  private final Wheels wheels;
  private final Duration interval;
  private final Semaphore free;
  private final Semaphore wake = new Semaphore(0);
  private final Map<UUID, Claim> held = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  Acquisitions(
      AcquisitionRows rows,
      Acquire acquire,
      PartialFiles partial,
      Wheels wheels,
      @ConfigProperty(name = "inferlab.catalog.poll-interval", defaultValue = "2s")
          Duration interval,
      @ConfigProperty(name = "inferlab.catalog.downloads", defaultValue = "4") int atOnce) {
    this.rows = rows;
    this.acquire = acquire;
    this.partial = partial;
    this.wheels = wheels;
    this.interval = interval;
    free = new Semaphore(atOnce);
  }

  /** In the session's transaction; call {@link #wake} when it has committed. */
  public Uni<Void> ofModel(Mutiny.Session session, UUID model, Plan plan) {
    return rows.add(session, model, null, plan);
  }

  public Uni<Void> ofSource(Mutiny.Session session, UUID source, String url) {
    ZooFile archive = new ZooFile("catalog", -1, null, url, null);
    return rows.add(
        session,
        null,
        source,
        new Plan(List.of(archive), List.of(), List.of(), "", null, TraceParent.current()));
  }

  public void wake() {
    wake.release();
  }

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("downloads").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stopping = true;
    wake.release();
    // Others need not wait for the end of the lease.
    for (Claim claim : held.values()) {
      try {
        rows.release(claim).await().atMost(Duration.ofSeconds(2));
      } catch (RuntimeException e) {
        LOG.debugf("A download's lease stays until it ends: %s", e);
      }
    }
  }

  private void run() {
    long cleaned = System.nanoTime() - CLEANING_NANOS;
    while (!stopping) {
      try {
        free.acquire();
        Optional<Claim> claim = claim();
        if (claim.isPresent()) {
          begin(claim.get());
          continue;
        }
        free.release();
        removeUnwanted();
        if (System.nanoTime() - cleaned >= CLEANING_NANOS) {
          cleaned = System.nanoTime();
          cleanWheels();
        }
        wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Optional<Claim> claim() {
    try {
      return stopping ? Optional.empty() : rows.claim().await().indefinitely();
    } catch (RuntimeException e) {
      LOG.debugf("No downloads can be looked for now: %s", e);
      return Optional.empty();
    }
  }

  private void begin(Claim claim) {
    held.put(claim.id(), claim);
    Thread.ofVirtual()
        .name("download")
        .start(
            () -> {
              try {
                acquire.run(claim);
              } finally {
                held.remove(claim.id(), claim);
                free.release();
                wake.release();
              }
            });
  }

  /** What is left of downloads that ended elsewhere, or whose model was deleted. */
  private void removeUnwanted() {
    try {
      List<UUID> here = partial.all();
      Set<UUID> wanted = here.isEmpty() ? Set.of() : rows.all().await().indefinitely();
      for (UUID id : here) {
        if (!wanted.contains(id) && !held.containsKey(id)) {
          partial.remove(id);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warnf("What is left of old downloads could not be removed now: %s", e);
    }
  }

  private void cleanWheels() {
    try {
      wheels.clean();
    } catch (IOException | RuntimeException e) {
      LOG.warnf("Old wheels could not be removed now: %s", e);
    }
  }
}
