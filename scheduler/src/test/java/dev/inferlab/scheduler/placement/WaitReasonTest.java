package dev.inferlab.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.placement.TargetView.Presence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WaitReasonTest {

  private static final UUID LAB = new UUID(0, 1);

  @Test
  void tellsWhatIsMissing() {
    assertThat(reason(any("NPU"), lab(Presence.ONLINE)))
        .isEqualTo("a connected target with a usable device NPU");
    assertThat(reason(any("CPU"), lab(Presence.AWAY))).isEqualTo("a target to connect");
    assertThat(reason(any("CPU"), lab(Presence.DRAINING)))
        .isEqualTo("a fitting target that is not draining");
    assertThat(reason(any("CPU"), lab(Presence.ONLINE)))
        .isEqualTo("a free slot on a fitting target");
    assertThat(reason(new Demand(null, "", Map.of("room", "b"), false), lab(Presence.ONLINE)))
        .isEqualTo("a connected target with the labels {room=b}");
  }

  @Test
  void namesTheTargetThatWasAskedFor() {
    assertThat(reason(here("CPU"))).isEqualTo("the target to connect for the first time");
    assertThat(reason(here("CPU"), lab(Presence.AWAY))).isEqualTo("target bench1 to connect again");
    assertThat(reason(here("NPU"), lab(Presence.ONLINE)))
        .isEqualTo("target bench1 to have a device NPU");
    assertThat(reason(here("GPU.0"), lab(Presence.ONLINE)))
        .isEqualTo("device GPU.0 of target bench1, which cannot be used: no driver");
    assertThat(reason(here("CPU"), lab(Presence.ONLINE)))
        .isEqualTo("device CPU to be free on target bench1");
  }

  private static String reason(Demand demand, TargetView... targets) {
    QueuedJob job = new QueuedJob(new UUID(1, 1), 1, "profile", "ann", 0, demand);
    return WaitReason.explain(job, List.of(targets));
  }

  private static Demand any(String device) {
    return new Demand(null, device, Map.of(), false);
  }

  private static Demand here(String device) {
    return new Demand(LAB, device, Map.of(), true);
  }

  private static TargetView lab(Presence presence) {
    return new TargetView(
        LAB,
        "bench1",
        presence,
        Map.of("room", "a"),
        Set.of("profile"),
        4,
        List.of(
            new DeviceView("CPU", true, "", false, 4),
            new DeviceView("GPU.0", false, "no driver", false, 0)),
        true);
  }
}
