package dev.inferlab.openvino.internal.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;

/** What the runtime calls us with. A test compares each with its declaration. */
public final class Callbacks {

  /**
   * {@code void callback_func(void* args)} of {@code ov_callback_t}. The pointer is taken as an
   * integer of its size: it is a slot number, and no segment object is to be made for it.
   */
  public static final FunctionDescriptor RUN_ENDED = FunctionDescriptor.ofVoid(JAVA_LONG);

  /** {@code void ov_util_log_callback_func(const char* message)}. */
  public static final FunctionDescriptor LOG = FunctionDescriptor.ofVoid(ADDRESS);

  private Callbacks() {}
}
