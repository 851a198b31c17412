/** Targets as users see them: their rows, what users want of them, and what is told about them. */
package dev.inferlab.scheduler.target;
