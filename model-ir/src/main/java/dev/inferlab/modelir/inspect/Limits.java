package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.PartialShape;

/**
 * What one inspection may cost and what a model may ask for.
 *
 * @param topologyBytes longest text or XML topology that is read
 * @param steps parts of a model looked at before giving up; about 50 million take a second
 * @param keptBytes heap spent on names and texts of one model
 * @param tensorElements most elements of one declared shape
 * @param files most files of one upload
 */
public record Limits(
    long topologyBytes, long steps, long keptBytes, long tensorElements, int files) {

  /** Generous for every network known today, harmless for a service with a 256 MiB heap. */
  public static Limits standard() {
    return new Limits(64L << 20, 50_000_000L, 48L << 20, PartialShape.MOST_ELEMENTS, 4096);
  }
}
