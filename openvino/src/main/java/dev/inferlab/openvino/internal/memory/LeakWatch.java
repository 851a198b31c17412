package dev.inferlab.openvino.internal.memory;

import java.lang.ref.Cleaner;
import java.util.Locale;

/**
 * Notices native objects that became unreachable without being closed. It reports and does not
 * free: a view of a tensor's memory may still be in use.
 */
final class LeakWatch implements Runnable {

  static final String TRACE_PROPERTY = "inferlab.openvino.trace";

  private static final System.Logger LOGGER = System.getLogger("dev.inferlab.openvino");
  private static final Cleaner CLEANER = Cleaner.create();

  private final ResourceKind kind;
  private final Throwable openedAt;
  private volatile boolean closed;
  private volatile Throwable closedAt;

  private LeakWatch(ResourceKind kind) {
    this.kind = kind;
    this.openedAt = traced() ? new Throwable("Opened here") : null;
  }

  static LeakWatch of(Object watched, ResourceKind kind) {
    LeakWatch watch = new LeakWatch(kind);
    CLEANER.register(watched, watch);
    return watch;
  }

  void closed() {
    closed = true;
    if (traced()) {
      closedAt = new Throwable("Closed here");
    }
  }

  Throwable closedAt() {
    return closedAt;
  }

  String hint() {
    return traced() ? "" : " (-D" + TRACE_PROPERTY + "=true records where.)";
  }

  @Override
  public void run() {
    if (!closed) {
      kind.countLeaked();
      LOGGER.log(
          System.Logger.Level.WARNING,
          "A native %s was never closed and its memory is lost.%s"
              .formatted(kind.name().toLowerCase(Locale.ROOT), hint()),
          openedAt);
    }
  }

  private static boolean traced() {
    return Boolean.getBoolean(TRACE_PROPERTY);
  }
}
