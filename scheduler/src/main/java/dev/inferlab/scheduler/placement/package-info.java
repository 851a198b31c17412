/** Which queued job goes to which device of which target, and why the others wait. Pure. */
package dev.inferlab.scheduler.placement;
