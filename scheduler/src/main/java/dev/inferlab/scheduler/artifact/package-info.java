/** Artifacts between agents and the lab, in chunks, with back-pressure, off the event loop. */
package dev.inferlab.scheduler.artifact;
