package dev.inferlab.scheduler.placement;

/**
 * A device and what it is busy with.
 *
 * @param reason why it is not available
 * @param measuring whether one job has it alone
 * @param shared how many jobs share it
 */
public record DeviceView(
    String id, boolean available, String reason, boolean measuring, int shared) {

  boolean idle() {
    return !measuring && shared == 0;
  }
}
