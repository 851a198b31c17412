package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferlab.openvino.internal.c.OvCore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class NativeTest {

  @Test
  void aRefusalWithoutAMessageDoesNotTellThatOfAnEarlierFailure() {
    try (Core core = new Core();
        Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> core.property("CPU", Property.text("NO_SUCH_KEY")))
          .hasMessageContaining("NO_SUCH_KEY");
      MemorySegment key = arena.allocateFrom("NO_SUCH_KEY");
      int status =
          OvCore.ov_core_get_property(
              MemorySegment.NULL, MemorySegment.NULL, key, MemorySegment.NULL);
      assertThat(Status.of(status)).isEqualTo(Status.INVALID_C_PARAM);
      assertThat(Native.failure(status, "Asking for nothing"))
          .hasMessageContaining("parameter")
          .hasMessageNotContaining("NO_SUCH_KEY");
    }
  }
}
