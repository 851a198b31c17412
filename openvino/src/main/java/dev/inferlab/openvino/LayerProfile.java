package dev.inferlab.openvino;

import java.time.Duration;

/**
 * What one executed node took in the last run.
 *
 * @param name the node's name
 * @param type the operation, such as {@code Convolution}
 * @param kernel what did it, such as {@code brgconv_avx512_f32}
 * @param realTime from start to end; whole microseconds
 * @param cpuTime of the processor; whole microseconds
 */
public record LayerProfile(
    String name, String type, String kernel, Status status, Duration realTime, Duration cpuTime) {

  /** Whether the node ran. */
  public enum Status {
    NOT_RUN,
    OPTIMIZED_OUT,
    EXECUTED,
    /** A later release's, that this binding does not know. */
    UNKNOWN;

    static Status of(int code) {
      return code >= 0 && code < UNKNOWN.ordinal() ? values()[code] : UNKNOWN;
    }
  }
}
