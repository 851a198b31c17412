package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.catalog.download.AcquisitionRows.Claim;
import dev.inferlab.gateway.catalog.download.AcquisitionRows.LeaseLostException;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.gateway.staging.StagingArea;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * One try of one download: its files, one after the other, then what is to be made of them. Trouble
 * that may pass puts it off; anything else ends it with a reason. Blocking.
 */
@ApplicationScoped
class Acquire {
  private static final Logger LOG = Logger.getLogger(Acquire.class);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /**
   * Two minutes with the usual pause: a resolver comes back, a name that does not exist does not.
   */
  private static final int MOST_LOOK_UPS = 9;

  private final AcquisitionRows rows;
  private final PartialFiles partial;
  private final FetchFile fetch;
  private final Postprocess postprocess;
  private final StagingArea area;
  private final Arrivals arrivals;
  private final Outbox outbox;
  private final Json json;
  private final Duration timeLimit;
  private final Duration firstPause;
  private final Duration lookUpPause;
  private final Duration beat;
  private final int mostTries;

  Acquire(
      AcquisitionRows rows,
      PartialFiles partial,
      FetchFile fetch,
      Postprocess postprocess,
      StagingArea area,
      Arrivals arrivals,
      Outbox outbox,
      Json json,
      @ConfigProperty(name = "inferlab.catalog.time-limit", defaultValue = "6h") Duration timeLimit,
      @ConfigProperty(name = "inferlab.catalog.retry-pause", defaultValue = "2s")
          Duration firstPause,
      // Longer than the 10 s for which the JVM remembers that a name was not found.
      @ConfigProperty(name = "inferlab.catalog.look-up-pause", defaultValue = "15s")
          Duration lookUpPause,
      @ConfigProperty(name = "inferlab.catalog.progress-interval", defaultValue = "1s")
          Duration beat,
      @ConfigProperty(name = "inferlab.catalog.max-failures", defaultValue = "8") int mostTries) {
    this.rows = rows;
    this.partial = partial;
    this.fetch = fetch;
    this.postprocess = postprocess;
    this.area = area;
    this.arrivals = arrivals;
    this.outbox = outbox;
    this.json = json;
    this.timeLimit = timeLimit;
    this.firstPause = firstPause;
    this.lookUpPause = lookUpPause;
    this.beat = beat;
    this.mostTries = mostTries;
  }

  /** Why the last try failed, and how many there were, as users are shown it. */
  private record Trouble(String detail, int tries) {}

  /** What this process has of a download, and whether it may go on. */
  private final class Work {
    private final long deadline;
    private final AtomicLong received = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean lost;

    Work(Claim claim) {
      deadline =
          System.nanoTime() + timeLimit.toNanos() - (long) (claim.ageSeconds() * NANOS_PER_SECOND);
    }

    void progress(long bytes) {
      received.set(bytes);
      if (lost) {
        throw new LeaseLostException();
      }
      refuseLate();
    }

    void refuseLate() {
      if (System.nanoTime() - deadline > 0) {
        throw new ProblemException(
            ProblemCode.DOWNLOAD_TIME_LIMIT,
            "It was not done within %d minutes.".formatted(timeLimit.toMinutes()));
      }
    }
  }

  void run(Claim claim) {
    Work work = new Work(claim);
    Thread heart = Thread.ofVirtual().name("download-lease").start(() -> keepLease(claim, work));
    try {
      if (claim.failures() > mostTries) {
        throw new ProblemException(
            ProblemCode.DOWNLOAD_FAILED,
            "It was begun %d times and never came to an end; it may need more memory than the gateway has."
                .formatted(mostTries));
      }
      acquire(claim, work);
      partial.remove(claim.id());
    } catch (LeaseLostException e) {
      LOG.infof("A download goes on elsewhere, or is no longer wanted");
    } catch (ProblemException e) {
      fail(claim, e);
    } catch (Throwable e) {
      // Also errors, as of a stack that a file's nesting exhausts: else it would never be given up.
      putOff(claim, e);
    } finally {
      work.end.countDown();
      heart.interrupt();
    }
  }

  private void keepLease(Claim claim, Work work) {
    try {
      while (!work.end.await(beat.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          work.lost = !rows.renew(claim, work.received.get()).await().indefinitely();
        } catch (RuntimeException e) {
          LOG.debugf("A download's lease is not renewed now: %s", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acquire(Claim claim, Work work) throws IOException {
    work.refuseLate();
    Path folder = partial.of(claim.id());
    // A process that lost its lease may not have noticed: two must not write into one file.
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      if (lock == null) {
        throw new TransientTrouble("An earlier try is not stopped yet.");
      }
      Map<String, Path> files = new LinkedHashMap<>();
      long before = 0;
      for (ZooFile file : claim.plan().files()) {
        Path target = folder.resolve(Integer.toString(files.size()));
        long sum = before;
        fetch.fetch(file, target, bytes -> work.progress(sum + bytes));
        before += Files.size(target);
        files.put(file.name(), target);
      }
      if (!rows.renew(claim, before).await().indefinitely()) {
        throw new LeaseLostException();
      }
      hand(claim, files);
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void hand(Claim claim, Map<String, Path> files) throws IOException {
    if (claim.source().isPresent()) {
      Map.Entry<String, Path> archive = files.entrySet().iterator().next();
      arrivals.sourceArrived(
          claim.source().get(),
          new ReceivedFile(archive.getKey(), archive.getValue()),
          session -> rows.finish(session, claim));
      return;
    }
    try (Staging staging = area.open()) {
      arrivals.modelArrived(
          claim.model().orElseThrow(),
          claim.plan().options(),
          claim.plan().traceParent(),
          postprocess.model(claim.plan(), files, staging),
          session -> rows.finish(session, claim));
    }
  }

  private void fail(Claim claim, ProblemException problem) {
    LOG.infof("A download failed: %s %s", problem.code(), problem.detail());
    try {
      outbox
          .inTransaction(
              session ->
                  rows.finish(session, claim)
                      .chain(
                          () ->
                              claim.source().isPresent()
                                  ? arrivals.sourceFailed(session, claim.source().get(), problem)
                                  : arrivals.modelFailed(
                                      session, claim.model().orElseThrow(), problem)))
          .await()
          .indefinitely();
      partial.remove(claim.id());
    } catch (LeaseLostException e) {
      LOG.infof("A download that failed was no longer ours");
    } catch (IOException | RuntimeException e) {
      LOG.warnf("A download's failure could not be recorded; it will be tried again: %s", e);
    }
  }

  private void putOff(Claim claim, Throwable trouble) {
    if (trouble instanceof TransientTrouble told) {
      LOG.infof("A download is put off: %s", told.getMessage());
      if (told.isLookUp()) {
        putOffLookUp(claim, told.getMessage());
      } else {
        putOff(claim, told.getMessage());
      }
    } else {
      LOG.warnf(trouble, "A download is put off");
      putOff(claim, "The download was interrupted.");
    }
  }

  private void putOff(Claim claim, String detail) {
    if (claim.failures() >= mostTries) {
      giveUp(claim, detail, claim.failures());
      return;
    }
    Duration pause = firstPause.multipliedBy(1L << Math.min(20, 2 * (claim.failures() - 1)));
    later(claim, detail, false, pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }

  /** No server was asked: these are counted by themselves, and evenly spaced. */
  private void putOffLookUp(Claim claim, String detail) {
    if (claim.lookUps() + 1 >= MOST_LOOK_UPS) {
      giveUp(claim, detail, MOST_LOOK_UPS);
      return;
    }
    later(claim, detail, true, lookUpPause);
  }

  private void giveUp(Claim claim, String detail, int tries) {
    fail(
        claim,
        new ProblemException(
            ProblemCode.DOWNLOAD_FAILED, "%s It was tried %d times.".formatted(detail, tries)));
  }

  private void later(Claim claim, String detail, boolean lookUp, Duration pause) {
    Trouble trouble = new Trouble(detail, claim.tries());
    try {
      rows.later(claim, json.write(trouble), lookUp, pause).await().indefinitely();
    } catch (RuntimeException e) {
      LOG.warnf("A download could not be put off; its lease will end: %s", e);
    }
  }
}
