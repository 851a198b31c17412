/**
 * The pure core under a simulated clock, network, store and crashes: everything that happens
 * follows from one seed, so a failure replays. Start at {@link
 * dev.inferlab.scheduler.simulation.SimulationTest}.
 */
package dev.inferlab.scheduler.simulation;
