package dev.inferlab.agent.attempt;

/** Why an attempt is stopped before its end, and so what is reported of it. */
enum StopCause {
  /** A user cancelled it: reported as Stopped. */
  CANCELLED,
  /** Its lease is gone: nothing is reported. */
  LOST,
  /** The agent ends: handed back. */
  SHUTDOWN
}
