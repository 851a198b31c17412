/** How updates of many agents share a commit, fairly. */
package dev.inferlab.scheduler.loop;
