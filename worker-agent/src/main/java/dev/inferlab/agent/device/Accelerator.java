package dev.inferlab.agent.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Devices beside the CPU: where Linux shows them, and what OpenVINO needs to use them. */
enum Accelerator {
  GPU(
      "libopenvino_intel_gpu_plugin.so",
      "dev/dri",
      "renderD*",
      "libOpenCL.so.1",
      "no Intel GPU is visible: /dev/dri does not exist. In a container pass it in (--device /dev/dri); else the machine has none or its kernel driver (i915, xe) is not loaded.",
      "the OpenCL loader is not installed. Install the Intel compute runtime: 'apt-get install ocl-icd-libopencl1 intel-opencl-icd'."),
  NPU(
      "libopenvino_intel_npu_plugin.so",
      "dev/accel",
      "accel*",
      "libze_loader.so.1",
      "no Intel NPU is visible: /dev/accel does not exist. In a container pass it in (--device /dev/accel); else the machine has none or its kernel driver (intel_vpu) is not loaded.",
      "the Level Zero loader is not installed. Install the Intel NPU driver and 'level-zero'.");

  private static final List<String> LIBRARY_FOLDERS =
      List.of(
          "usr/lib/x86_64-linux-gnu",
          "usr/lib64",
          "usr/lib",
          "usr/local/lib",
          "lib/x86_64-linux-gnu");

  private final String plugin;
  private final String folder;
  private final String nodes;
  private final String library;
  private final String absent;
  private final String libraryMissing;

  Accelerator(
      String plugin,
      String folder,
      String nodes,
      String library,
      String absent,
      String libraryMissing) {
    this.plugin = plugin;
    this.folder = folder;
    this.nodes = nodes;
    this.library = library;
    this.absent = absent;
    this.libraryMissing = libraryMissing;
  }

  /** Why OpenVINO does not offer it here, and what to do. */
  String whyNot(Path root, Path runtime) {
    if (!Files.exists(runtime.resolve(plugin))) {
      return "This OpenVINO runtime has no plugin for it. Bring the full runtime: 'tools/fetch runtime'.";
    }
    List<Path> found = list(root.resolve(folder), nodes);
    if (found.isEmpty()) {
      return "On this machine " + absent;
    }
    if (found.stream().noneMatch(node -> Files.isReadable(node) && Files.isWritable(node))) {
      return "The agent's user may not open /%s/%s. Add it to the groups 'render' and 'video' and restart the agent."
          .formatted(folder, found.getFirst().getFileName());
    }
    if (LIBRARY_FOLDERS.stream().noneMatch(f -> Files.exists(root.resolve(f).resolve(library)))) {
      return "The device is there, but " + libraryMissing;
    }
    return "The device and its loader are there, but no driver of it answers. Install or update the "
        + name()
        + " driver, then restart the agent.";
  }

  private static List<Path> list(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // it does not exist
    }
    return found;
  }
}
