package dev.inferlab.scheduler.recording;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Lets the progress of each attempt through about once a second. What came too soon is kept, the
 * last only, until its time has come.
 */
public final class ProgressPace {

  /** Far above any agent's slots; a hostile one gains nothing by naming more. */
  private static final int MOST = 4_096;

  private record Key(UUID jobId, int attempt) {}

  private static final class Entry {
    long passedAt;
    Reported kept;

    Entry(long passedAt) {
      this.passedAt = passedAt;
    }
  }

  private final long intervalNanos;
  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  public ProgressPace(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  /** The report if it may pass now. */
  synchronized Optional<Reported> pass(Reported progress, long nanoTime) {
    Key key = key(progress);
    Entry entry = entries.get(key);
    if (entry == null) {
      forgetOldest();
      entries.put(key, new Entry(nanoTime));
      return Optional.of(progress);
    }
    if (nanoTime - entry.passedAt >= intervalNanos) {
      entry.passedAt = nanoTime;
      entry.kept = null;
      return Optional.of(progress);
    }
    entry.kept = progress;
    return Optional.empty();
  }

  /** What was kept and may pass now. */
  public synchronized List<Reported> due(long nanoTime) {
    List<Reported> due = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.kept != null && nanoTime - entry.passedAt >= intervalNanos) {
        due.add(entry.kept);
        entry.kept = null;
        entry.passedAt = nanoTime;
      }
    }
    return due;
  }

  /** The attempt is over. */
  synchronized void forget(Reported last) {
    entries.remove(key(last));
  }

  private static Key key(Reported report) {
    return new Key(report.jobId(), report.command().attempt());
  }

  private void forgetOldest() {
    if (entries.size() >= MOST) {
      Iterator<Key> oldest = entries.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
