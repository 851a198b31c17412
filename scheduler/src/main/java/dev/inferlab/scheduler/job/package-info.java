/**
 * What a job is and what may happen to it, without I/O, clock or framework. {@link
 * dev.inferlab.scheduler.job.JobRules} decides; the database row, the Kafka event and the
 * simulation all come from it.
 */
package dev.inferlab.scheduler.job;
