/**
 * What agents report becomes rows: only the word of the live attempt counts, and a result, its
 * state change and its event are one transaction. Start at {@link
 * dev.inferlab.scheduler.recording.RecordUpdates}.
 */
package dev.inferlab.scheduler.recording;
