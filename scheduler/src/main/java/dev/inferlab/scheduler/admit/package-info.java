/**
 * The first hop: {@link dev.inferlab.scheduler.admit.AdmitJobs} turns commands from Kafka into
 * rows.
 */
package dev.inferlab.scheduler.admit;
