package dev.inferlab.openvino.internal.memory;

import java.util.concurrent.atomic.LongAdder;

/**
 * The kinds of native objects, each with counts of its life: at the end of a program opened =
 * closed.
 */
public enum ResourceKind {
  CORE,
  MODEL,
  COMPILED_MODEL,
  INFER_REQUEST,
  TENSOR,
  PRE_POST_PROCESSOR,
  REMOTE_CONTEXT;

  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder leaked = new LongAdder();

  void countOpened() {
    opened.increment();
  }

  void countClosed() {
    closed.increment();
  }

  void countLeaked() {
    leaked.increment();
  }

  public long opened() {
    return opened.sum();
  }

  /**
   * Native objects that were really freed: a parent whose children are open is closed later than
   * asked.
   */
  public long closed() {
    return closed.sum();
  }

  public long leaked() {
    return leaked.sum();
  }
}
