package dev.inferlab.local.process;

import java.io.IOException;

/** Says whether a process does its work now, not only whether it runs. */
@FunctionalInterface
public interface Probe {
  /** Answers within about two seconds; an I/O error means "not yet". */
  boolean isReady() throws IOException, InterruptedException;
}
