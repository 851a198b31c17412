package dev.inferlab.agent.artifact;

import java.io.IOException;

/** The way to the lab's store broke; trying again from where it broke makes sense. */
final class BrokenTransferException extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenTransferException(String message, Throwable cause) {
    super(message, cause);
  }
}
