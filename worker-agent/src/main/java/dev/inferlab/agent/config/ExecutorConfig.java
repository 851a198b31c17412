package dev.inferlab.agent.config;

import java.time.Duration;

/** What an executor may use, and when it is given up. Sizes in bytes. */
public record ExecutorConfig(
    int parallel,
    long heapBytes,
    long memoryLimitBytes,
    long outputLimitBytes,
    long leakLimitBytes,
    Duration startTimeout,
    Duration hangTimeout,
    String extraClasspath) {}
