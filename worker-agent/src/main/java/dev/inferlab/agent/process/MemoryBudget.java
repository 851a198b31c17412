package dev.inferlab.agent.process;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the running executors of a machine may hold together. Each one's own limit lets one job have
 * most of the memory; several such jobs would take the machine down, and the agent with it.
 * Thread-safe.
 */
final class MemoryBudget {
  private final long bytes;
  private final Set<Long> running = ConcurrentHashMap.newKeySet();

  /**
   * @param bytes of resident memory
   */
  MemoryBudget(long bytes) {
    this.bytes = bytes;
  }

  long bytes() {
    return bytes;
  }

  void enter(long pid) {
    running.add(pid);
  }

  void leave(long pid) {
    running.remove(pid);
  }

  /** Whether the budget is exceeded and no other of them holds more than this one. */
  boolean exceededMostBy(long pid) {
    Map<Long, Long> resident = new HashMap<>();
    running.forEach(other -> resident.put(other, ProcFs.residentBytes(other)));
    long together = resident.values().stream().mapToLong(Long::longValue).sum();
    long most = resident.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return together > bytes && resident.getOrDefault(pid, 0L) == most;
  }
}
