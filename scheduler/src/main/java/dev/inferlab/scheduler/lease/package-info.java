/**
 * Who runs what now. {@link dev.inferlab.scheduler.lease.LeaseJobs} gives leases, {@link
 * dev.inferlab.scheduler.lease.RenewLeases} keeps them, {@link
 * dev.inferlab.scheduler.lease.ExpireLeases} ends those that nobody kept.
 */
package dev.inferlab.scheduler.lease;
