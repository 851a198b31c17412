package dev.inferlab.gateway.target;

/**
 * A target's machine; also the stored and the shown form.
 *
 * @param cpuLoad 0 to 1 over the last heartbeat
 */
public record Resources(
    int logicalCores,
    long memoryBytes,
    long memoryAvailableBytes,
    long swapBytes,
    long diskFreeBytes,
    double cpuLoad,
    String os,
    String cpu) {
  static Resources of(dev.inferlab.proto.job.v1.Resources resources) {
    return new Resources(
        resources.getLogicalCores(),
        resources.getMemoryBytes(),
        resources.getMemoryAvailableBytes(),
        resources.getSwapBytes(),
        resources.getDiskFreeBytes(),
        resources.getCpuLoad(),
        resources.getOs(),
        resources.getCpu());
  }
}
