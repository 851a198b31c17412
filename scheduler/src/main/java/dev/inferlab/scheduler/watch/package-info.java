/** What operators see: metrics and health; and the clockwork that wakes everything now and then. */
package dev.inferlab.scheduler.watch;
