package dev.inferlab.gateway.dataset.image;

import java.io.Serial;

/** The bytes are no image that is read here; the message says why, for a user. */
public final class UnreadableImageException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  UnreadableImageException(String message) {
    super(message);
  }
}
