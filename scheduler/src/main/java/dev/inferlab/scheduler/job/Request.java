package dev.inferlab.scheduler.job;

/**
 * What the scheduler must know of a job to place it and to judge its attempts; the rest of the
 * specification is for the agent alone.
 *
 * @param experimentId empty for jobs that serve no experiment
 * @param owner who shares fairly with whom
 * @param priority higher goes first
 * @param maxAttempts at least 1
 * @param traceParent W3C trace context of the request that asked for it; may be empty
 */
public record Request(
    String experimentId,
    String kind,
    String owner,
    int priority,
    int maxAttempts,
    Demand demand,
    String traceParent) {}
