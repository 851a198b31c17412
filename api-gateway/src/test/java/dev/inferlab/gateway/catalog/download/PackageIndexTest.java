package dev.inferlab.gateway.catalog.download;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PackageIndexTest {
  @Test
  void theWheelsNameSaysWhatTheClientMustBeTold() {
    assertThat(PackageIndex.tags("qonnx-1.0.0-py2.py3-none-any.whl")).isEmpty();
    assertThat(PackageIndex.tags("trueface_server-0.36-py2-none-any.whl"))
        .containsExactly(
            "--python-version",
            "2.7",
            "--implementation",
            "py",
            "--abi",
            "none",
            "--platform",
            "any");
    assertThat(PackageIndex.tags("openvino-2026.4.1-1-cp312-cp312-manylinux_2_28_x86_64.whl"))
        .containsExactly(
            "--python-version",
            "3.12",
            "--implementation",
            "cp",
            "--abi",
            "cp312",
            "--platform",
            "manylinux_2_28_x86_64");
  }
}
