package dev.inferlab.gateway.catalog.download;

import java.io.IOException;

/** Something that may go well at the next try. The message is for users. */
final class TransientTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  TransientTrouble(String message) {
    super(message);
  }

  TransientTrouble(String message, Throwable cause) {
    super(message, cause);
  }
}
