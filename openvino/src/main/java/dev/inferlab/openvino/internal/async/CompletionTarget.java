package dev.inferlab.openvino.internal.async;

/**
 * Hears that a run has ended. Called on a thread of the runtime, which must be given back at once.
 */
@FunctionalInterface
public interface CompletionTarget {

  /**
   * @param nanoTime {@link System#nanoTime} as the runtime called back
   */
  void completed(long nanoTime);
}
