package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** Layouts of the C structs that cross the border. A test compares each with its declaration. */
public final class Structs {

  /** {@code ov_shape_t}: passed by value, or filled by the callee. */
  public static final StructLayout SHAPE =
      MemoryLayout.structLayout(JAVA_LONG.withName("rank"), ADDRESS.withName("dims"))
          .withName("ov_shape_t");

  /** {@code ov_dimension_t} and {@code ov_rank_t}: an interval, both ends inclusive. */
  public static final StructLayout DIMENSION =
      MemoryLayout.structLayout(JAVA_LONG.withName("min"), JAVA_LONG.withName("max"))
          .withName("ov_dimension_t");

  public static final StructLayout PARTIAL_SHAPE =
      MemoryLayout.structLayout(DIMENSION.withName("rank"), ADDRESS.withName("dims"))
          .withName("ov_partial_shape_t");

  public static final StructLayout PROPERTY =
      MemoryLayout.structLayout(ADDRESS.withName("key"), ADDRESS.withName("value"))
          .withName("ov_property_t");

  public static final StructLayout VERSION =
      MemoryLayout.structLayout(ADDRESS.withName("buildNumber"), ADDRESS.withName("description"))
          .withName("ov_version_t");

  public static final StructLayout DEVICE_VERSION =
      MemoryLayout.structLayout(ADDRESS.withName("device_name"), VERSION.withName("version"))
          .withName("ov_core_version_t");

  public static final StructLayout DEVICE_VERSIONS =
      MemoryLayout.structLayout(ADDRESS.withName("versions"), JAVA_LONG.withName("size"))
          .withName("ov_core_version_list_t");

  public static final StructLayout DEVICES =
      MemoryLayout.structLayout(ADDRESS.withName("devices"), JAVA_LONG.withName("size"))
          .withName("ov_available_devices_t");

  /**
   * The callback's argument travels as an address-sized integer: it is a slot number, never
   * followed.
   */
  public static final StructLayout CALLBACK =
      MemoryLayout.structLayout(ADDRESS.withName("callback_func"), ADDRESS.withName("args"))
          .withName("ov_callback_t");

  public static final StructLayout PROFILING_INFO =
      MemoryLayout.structLayout(
              JAVA_INT.withName("status"),
              MemoryLayout.paddingLayout(4),
              JAVA_LONG.withName("real_time"),
              JAVA_LONG.withName("cpu_time"),
              ADDRESS.withName("node_name"),
              ADDRESS.withName("exec_type"),
              ADDRESS.withName("node_type"))
          .withName("ov_profiling_info_t");

  public static final StructLayout PROFILING_INFOS =
      MemoryLayout.structLayout(ADDRESS.withName("profiling_infos"), JAVA_LONG.withName("size"))
          .withName("ov_profiling_info_list_t");

  private Structs() {}
}
