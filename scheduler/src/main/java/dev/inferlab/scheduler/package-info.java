/**
 * The way of a job through this service, one class a hop: {@link
 * dev.inferlab.scheduler.admit.AdmitJobs} (Kafka to row), {@link
 * dev.inferlab.scheduler.lease.LeaseJobs} (row to target), {@link
 * dev.inferlab.scheduler.agent.AgentSession} (to and from the agent), {@link
 * dev.inferlab.scheduler.recording.RecordUpdates} (result to row and event). What decides is in
 * {@code job} and {@code placement}.
 */
package dev.inferlab.scheduler;
