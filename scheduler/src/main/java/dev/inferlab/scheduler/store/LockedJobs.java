package dev.inferlab.scheduler.store;

import dev.inferlab.scheduler.job.Job;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Jobs whose rows are locked.
 *
 * @param now by the database's clock, after the rows were locked
 * @param specs of those that were read for sending them
 */
public record LockedJobs(Instant now, List<Job> jobs, Map<UUID, byte[]> specs) {}
