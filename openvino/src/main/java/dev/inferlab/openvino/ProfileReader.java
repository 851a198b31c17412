package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.c.OvInferRequest;
import dev.inferlab.openvino.internal.c.Structs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Copies the runtime's list of per-layer times. */
final class ProfileReader {

  private static final long REAL_TIME = offset("real_time");
  private static final long CPU_TIME = offset("cpu_time");
  private static final long NODE_NAME = offset("node_name");
  private static final long EXEC_TYPE = offset("exec_type");
  private static final long NODE_TYPE = offset("node_type");

  private ProfileReader() {}

  private static long offset(String field) {
    return Structs.PROFILING_INFO.byteOffset(PathElement.groupElement(field));
  }

  static List<LayerProfile> read(MemorySegment request) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(Structs.PROFILING_INFOS);
      Native.check(
          OvInferRequest.ov_infer_request_get_profiling_info(request, list),
          "Reading a run's profile (the model must be compiled with ENABLE_PROFILING)");
      try {
        return copy(list);
      } finally {
        OvInferRequest.ov_profiling_info_list_free(list);
      }
    }
  }

  private static List<LayerProfile> copy(MemorySegment list) {
    long count = list.get(JAVA_LONG, Long.BYTES);
    long size = Structs.PROFILING_INFO.byteSize();
    MemorySegment infos = Native.pointerAt(list, 0).reinterpret(count * size);
    List<LayerProfile> layers = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      MemorySegment info = infos.asSlice(i * size, size);
      layers.add(
          new LayerProfile(
              Native.text(Native.pointerAt(info, NODE_NAME)),
              Native.text(Native.pointerAt(info, NODE_TYPE)),
              Native.text(Native.pointerAt(info, EXEC_TYPE)),
              LayerProfile.Status.of(info.get(JAVA_INT, 0)),
              Duration.of(info.get(JAVA_LONG, REAL_TIME), ChronoUnit.MICROS),
              Duration.of(info.get(JAVA_LONG, CPU_TIME), ChronoUnit.MICROS)));
    }
    return List.copyOf(layers);
  }
}
