package dev.inferlab.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.proto.job.v1.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir Path root;

  private void write(String path, String text) throws Exception {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void readsWhatLinuxTells() throws Exception {
    write(
        "proc/meminfo",
        "MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    400 kB\nSwapTotal: 10 kB\n");
    write("proc/cpuinfo", "processor : 0\nmodel name\t: Some CPU @ 2 GHz\n");
    write("etc/os-release", "NAME=x\nPRETTY_NAME=\"Some Linux 1\"\n");
    write("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\n");
    write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    Machine machine = new Machine(root, root);
    Resources first = machine.resources();
    assertThat(first.getMemoryBytes()).isEqualTo(1_024_000);
    assertThat(first.getMemoryAvailableBytes()).isEqualTo(409_600);
    assertThat(first.getSwapBytes()).isEqualTo(10_240);
    assertThat(first.getOs()).isEqualTo("Some Linux 1");
    assertThat(first.getCpu()).isEqualTo("Some CPU @ 2 GHz");
    assertThat(machine.cpuGovernor()).isEqualTo("performance");
    write("proc/stat", "cpu  130 0 100 870 0 0 0 0 0 0\n");
    assertThat(machine.resources().getCpuLoad()).as("30 of 100 ticks").isEqualTo(0.3);
  }

  @Test
  void whatIsNotToldIsEmptyNotWrong() {
    Machine machine = new Machine(root, root);
    assertThat(machine.resources().getMemoryBytes()).isZero();
    assertThat(machine.cpuGovernor()).isEmpty();
  }
}
