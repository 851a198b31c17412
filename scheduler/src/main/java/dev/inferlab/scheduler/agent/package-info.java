/**
 * The agents' stream. {@link dev.inferlab.scheduler.agent.AgentEndpoint} takes it, {@link
 * dev.inferlab.scheduler.agent.AgentSession} keeps it within bounds and speaks, {@link
 * dev.inferlab.scheduler.agent.WelcomeAgent} makes a target of it.
 */
package dev.inferlab.scheduler.agent;
