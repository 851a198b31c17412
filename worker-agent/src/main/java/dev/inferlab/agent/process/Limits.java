package dev.inferlab.agent.process;

import java.time.Duration;

/**
 * What one attempt may use.
 *
 * @param time zero: no limit
 * @param memoryBytes resident memory of the executor process
 * @param outputBytes printed to standard output and error
 */
public record Limits(Duration time, long memoryBytes, long outputBytes) {}
