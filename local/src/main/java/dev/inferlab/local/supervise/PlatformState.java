package dev.inferlab.local.supervise;

/** The sum of all children's states. */
public enum PlatformState {
  STARTING,
  READY,
  STOPPING,
  FAILED
}
