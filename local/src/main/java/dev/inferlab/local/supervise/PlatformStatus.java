package dev.inferlab.local.supervise;

import java.util.List;

/**
 * What the supervisor last wrote down for {@code up}, {@code status} and {@code down}.
 *
 * @param problem set when FAILED, with what to do about it in {@code remedy}
 */
public record PlatformStatus(
    long supervisorPid,
    int basePort,
    PlatformState state,
    String problem,
    String remedy,
    List<ChildStatus> children) {

  public PlatformStatus {
    children = List.copyOf(children);
  }
}
