package dev.inferlab.benchmarks.openvino;

/**
 * One comparison: both programs run this model with these settings.
 *
 * @param streams asked for; the CPU plugin makes no more than there are requests
 * @param requests in flight at once; 1 when synchronous
 */
record Scenario(TestedModel model, boolean async, int streams, int requests) {

  String api() {
    return async ? "async" : "sync";
  }

  /** Such as {@code face-mesh FP32 async 2}. */
  @Override
  public String toString() {
    return model.name() + " " + api() + " " + streams;
  }
}
