/** What several benchmarks do to processes. */
package dev.inferlab.benchmarks.process;
