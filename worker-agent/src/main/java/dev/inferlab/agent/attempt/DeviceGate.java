package dev.inferlab.agent.attempt;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Who may run on a device: many that share, or one alone. The scheduler sees to it already; this
 * keeps it true here while an attempt that was just stopped is still being cleared away.
 */
public final class DeviceGate {
  private static final int ALONE = -1;

  private final Map<String, Integer> users = new HashMap<>();

  /** Waits for the device; false if it did not become free in time. */
  synchronized boolean enter(String device, boolean exclusive, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!free(device, exclusive)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    users.put(device, exclusive ? ALONE : users.getOrDefault(device, 0) + 1);
    return true;
  }

  private boolean free(String device, boolean exclusive) {
    int count = users.getOrDefault(device, 0);
    return exclusive ? count == 0 : count != ALONE;
  }

  synchronized void leave(String device) {
    int count = users.getOrDefault(device, 0);
    if (count == ALONE || count == 1) {
      users.remove(device);
    } else {
      users.put(device, count - 1);
    }
    notifyAll();
  }
}
