package dev.inferlab.agent.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each missing thing has its own reason and remedy. */
class AcceleratorTest {
  @TempDir Path root;
  @TempDir Path runtime;

  @Test
  void reasonsFollowWhatIsMissing() throws Exception {
    assertThat(Accelerator.GPU.whyNot(root, runtime))
        .contains("no plugin")
        .contains("tools/fetch runtime");
    Files.createFile(runtime.resolve("libopenvino_intel_gpu_plugin.so"));
    assertThat(Accelerator.GPU.whyNot(root, runtime))
        .contains("/dev/dri does not exist")
        .contains("--device");
    Files.createDirectories(root.resolve("dev/dri"));
    Files.createFile(root.resolve("dev/dri/renderD128"));
    assertThat(Accelerator.GPU.whyNot(root, runtime))
        .contains("OpenCL loader")
        .contains("apt-get install");
    Files.createDirectories(root.resolve("usr/lib64"));
    Files.createFile(root.resolve("usr/lib64/libOpenCL.so.1"));
    assertThat(Accelerator.GPU.whyNot(root, runtime)).contains("no driver of it answers");
  }

  @Test
  void theNpuHasItsOwnPlace() throws Exception {
    Files.createFile(runtime.resolve("libopenvino_intel_npu_plugin.so"));
    assertThat(Accelerator.NPU.whyNot(root, runtime)).contains("/dev/accel does not exist");
  }
}
