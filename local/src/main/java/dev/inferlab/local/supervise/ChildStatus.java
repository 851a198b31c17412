package dev.inferlab.local.supervise;

import java.time.Instant;

/**
 * What a person is told about one child.
 *
 * @param pid 0 while it does not run
 * @param since of the state
 * @param readyMillis from the supervisor's start to the child's first readiness; 0 before
 */
public record ChildStatus(
    String name,
    String title,
    ChildState state,
    long pid,
    int restarts,
    int earlyDeaths,
    long readyMillis,
    Instant since) {}
