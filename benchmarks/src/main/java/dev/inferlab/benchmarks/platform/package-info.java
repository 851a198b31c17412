/**
 * {@code ./inferlab bench platform}: what the job platform costs, beside a good embedded job queue
 * on the same PostgreSQL in the same run, and beside inference without any platform.
 *
 * <p>Start reading at {@link dev.inferlab.benchmarks.platform.PlatformBench}.
 */
package dev.inferlab.benchmarks.platform;
