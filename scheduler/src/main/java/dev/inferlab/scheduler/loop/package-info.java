/** How work is repeated and batched: one at a time, at once when woken, more slowly in trouble. */
package dev.inferlab.scheduler.loop;
