package dev.inferlab.modelir.wire;

import dev.inferlab.modelir.wire.MalformedModelException.Fault;

/**
 * What reading one model may cost: steps bound the time, kept bytes bound the heap. A reader pays
 * before it works, so a hostile file runs out of budget instead of running the service out of
 * memory. Not thread-safe: one budget belongs to one reading.
 */
public final class Budget {
  private long steps;
  private long bytes;

  public Budget(long steps, long bytes) {
    this.steps = steps;
    this.bytes = bytes;
  }

  /** Pays for looking at one part of the file. */
  public void step(long offset) throws MalformedModelException {
    if (--steps < 0) {
      throw MalformedModelException.atOffset(
          Fault.TOO_COMPLEX, "the model has more parts than a model of this kind can have", offset);
    }
  }

  /** Pays for keeping {@code size} bytes (or as many characters) on the heap. */
  public void keep(long size, long offset) throws MalformedModelException {
    // 64 bytes stand for the object around the text.
    bytes -= size + 64;
    if (bytes < 0) {
      throw MalformedModelException.atOffset(
          Fault.TOO_COMPLEX, "the model's names and texts take too much memory", offset);
    }
  }
}
