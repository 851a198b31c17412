package dev.inferlab.scheduler.target;

import dev.inferlab.proto.job.v1.Resources;
import dev.inferlab.scheduler.text.Texts;

/** What agents measure of their machines, made fit to be shown. */
public final class SaneResources {

  private static final int MOST_TEXT = 200;

  private SaneResources() {}

  public static Resources of(Resources claimed) {
    double load = claimed.getCpuLoad();
    return Resources.newBuilder()
        .setLogicalCores(Math.max(0, claimed.getLogicalCores()))
        .setMemoryBytes(Math.max(0, claimed.getMemoryBytes()))
        .setMemoryAvailableBytes(Math.max(0, claimed.getMemoryAvailableBytes()))
        .setSwapBytes(Math.max(0, claimed.getSwapBytes()))
        .setDiskFreeBytes(Math.max(0, claimed.getDiskFreeBytes()))
        .setCpuLoad(Double.isFinite(load) ? Math.clamp(load, 0.0, 1.0) : 0.0)
        .setOs(Texts.clean(claimed.getOs(), MOST_TEXT))
        .setCpu(Texts.clean(claimed.getCpu(), MOST_TEXT))
        .build();
  }
}
