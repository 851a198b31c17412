package dev.inferlab.gateway.catalog.download;

import java.io.IOException;

/** Something that may go well at the next try. The message is for users. */
final class TransientTrouble extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean lookUp;

  TransientTrouble(String message) {
    this(message, null);
  }

  TransientTrouble(String message, Throwable cause) {
    this(message, cause, false);
  }

  private TransientTrouble(String message, Throwable cause, boolean lookUp) {
    super(message, cause);
    this.lookUp = lookUp;
  }

  /** A host's name led to no address: it does not exist, or the resolver does not work now. */
  static TransientTrouble lookUp(String host, Throwable cause) {
    return new TransientTrouble(
        "The name of the host '%s' could not be looked up.".formatted(host), cause, true);
  }

  boolean isLookUp() {
    return lookUp;
  }
}
