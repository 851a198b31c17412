package dev.inferlab.local.supervise;

/** Where a child is on its way. */
public enum ChildState {
  /** For another child that must be ready first. */
  WAITING,
  STARTING,
  READY,
  /** It runs, but its probe fails at the moment. */
  UNREADY,
  /** It died and will be started again after a pause. */
  RESTARTING,
  STOPPED
}
