/** Texts of others. */
package dev.inferlab.scheduler.text;
