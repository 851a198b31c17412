package dev.inferlab.platform.artifact;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Every Java platform has it, so its absence is no case to handle. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
