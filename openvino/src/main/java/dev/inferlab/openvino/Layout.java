package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.c.OvLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/**
 * What the dimensions of a tensor mean, in OpenVINO's notation: {@code NCHW}, {@code N...C}, {@code
 * [N,C,H,W]}.
 *
 * @param text the notation; the runtime checks it when it is used
 */
public record Layout(String text) {

  public static final Layout NCHW = new Layout("NCHW");
  public static final Layout NHWC = new Layout("NHWC");

  public Layout {
    if (text.isBlank()) {
      throw new IllegalArgumentException("A layout such as NCHW is needed.");
    }
  }

  public static Layout of(String text) {
    return new Layout(text);
  }

  /** Passes the layout to one call. */
  void use(String operation, ToIntFunction<MemorySegment> call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment description = arena.allocateFrom(text);
      MemorySegment layout =
          Native.pointer(
              "Reading the layout '%s'".formatted(text),
              out -> OvLayout.ov_layout_create(description, out));
      try {
        Native.check(call.applyAsInt(layout), operation);
      } finally {
        OvLayout.ov_layout_free(layout);
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
