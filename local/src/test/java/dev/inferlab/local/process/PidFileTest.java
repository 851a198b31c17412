package dev.inferlab.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  @TempDir private Path folder;

  @Test
  void knowsTheProcessThatWasWritten() {
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    PidFile file = PidFile.of(folder, "self");
    file.write(self);
    assertThat(file.live()).contains(self);
  }

  @Test
  void aNumberUsedAgainByAnotherProcessIsNotThatProcess() throws Exception {
    PidFile file = PidFile.of(folder, "earlier");
    Files.write(
        file.path(), List.of(Long.toString(ProcessHandle.current().pid()), "another boot/12345"));
    assertThat(file.live()).isEmpty();
  }

  @Test
  void anEndedProcessIsNotLive() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    PidFile file = PidFile.of(folder, "sleep");
    file.write(ProcessIdentity.of(process.pid()).orElseThrow());
    process.destroyForcibly().waitFor();
    assertThat(file.live()).isEmpty();
  }

  @Test
  void whatIsNotAPidFileIsNoProcess() throws Exception {
    PidFile file = PidFile.of(folder, "broken");
    Files.writeString(file.path(), "x\ny\n");
    assertThat(file.live()).isEmpty();
    assertThat(PidFile.of(folder, "none").live()).isEmpty();
  }
}
