package dev.inferlab.gateway.catalog.download;

import java.io.IOException;

/** Something that may go well at the next try. The message is for users. */
final class TransientTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  private final int mostTries;

  TransientTrouble(String message) {
    this(message, null);
  }

  TransientTrouble(String message, Throwable cause) {
    this(message, cause, Integer.MAX_VALUE);
  }

  /**
   * @param mostTries after which it is given up although others would be allowed: it passes at once
   *     or not at all
   */
  TransientTrouble(String message, Throwable cause, int mostTries) {
    super(message, cause);
    this.mostTries = mostTries;
  }

  int mostTries() {
    return mostTries;
  }
}
