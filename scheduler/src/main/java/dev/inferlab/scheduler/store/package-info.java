/** The rows: every statement takes and gives a whole batch, as JSON, in one round trip. */
package dev.inferlab.scheduler.store;
