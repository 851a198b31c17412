package dev.inferlab.agent.process;

import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.proto.executor.v1.Discovered;
import dev.inferlab.proto.job.v1.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Finds out what this machine can do, in an executor: drivers may crash. One that does is left out,
 * in a new executor, and its devices say why they cannot be used.
 */
public final class DeviceSearch {
  private static final Logger LOG = Logger.getLogger(DeviceSearch.class);

  private DeviceSearch() {}

  /**
   * The executor that looked stays as the first device's warm one.
   *
   * @param timeout for each try
   * @throws JobFailedException if not even the search begins
   */
  public static Discovered run(ExecutorPool executors, Duration timeout)
      throws JobFailedException, InterruptedException {
    Set<String> broken = new TreeSet<>();
    List<Device> unusable = new ArrayList<>();
    while (true) {
      switch (look(executors, broken, timeout)) {
        case ExecutorProcess.Looked.Found(Discovered discovered) -> {
          return discovered.toBuilder().addAllDevices(unusable).build();
        }
        case ExecutorProcess.Looked.Failed(String at, var problem) -> {
          if (at.isEmpty() || !broken.add(at)) {
            throw new JobFailedException(problem);
          }
          String how = problem.getDetail();
          LOG.warnf("Looking for devices of kind %s failed: %s", at, how);
          unusable.add(
              Device.newBuilder()
                  .setId(at)
                  .setAvailable(false)
                  .setReason(
                      "Its driver broke when the agent asked it. "
                          + how
                          + " Install or update the driver, then restart the agent.")
                  .build());
        }
      }
    }
  }

  private static ExecutorProcess.Looked look(
      ExecutorPool executors, Set<String> except, Duration timeout)
      throws JobFailedException, InterruptedException {
    ExecutorProcess executor = executors.take("CPU");
    boolean good = false;
    try {
      ExecutorProcess.Looked looked = executor.discover(except, timeout);
      good = looked instanceof ExecutorProcess.Looked.Found;
      return looked;
    } finally {
      if (good) {
        executors.giveBack(executor);
      } else {
        executors.discard(executor, "crashed");
      }
    }
  }
}
