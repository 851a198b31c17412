package dev.inferlab.platform.artifact;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes the bytes of one new artifact and computes its digest on the way. Nothing is visible before
 * {@link #commit}.
 *
 * <p>A stream that wraps this one (a ZIP stream, say) must be finished, not closed, before the
 * commit.
 */
public abstract class ArtifactWriter extends OutputStream {
  @Override
  public final void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  /**
   * Fails with ARTIFACT_TOO_LARGE at the first byte over the limit, and with ARTIFACT_STORE_FULL.
   */
  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  /** How many bytes were written so far. */
  public abstract long size();

  /**
   * The name of what was written. Nothing can be written after it.
   *
   * <p>Who must record a use of the artifact before it is there does so between this and {@link
   * #commit}.
   */
  public abstract Digest seal();

  /**
   * Makes the artifact durable and visible, then gives its name. Storing what is already there is
   * success.
   */
  public abstract Digest commit();

  /** Throws away what was not committed. */
  @Override
  public abstract void close();
}
