package dev.inferlab.gateway.catalog.zoo;

import java.util.Locale;
import java.util.Optional;

/**
 * What a file's bytes must hash to.
 *
 * @param algorithm "SHA-256" or "SHA-384"; Open Model Zoo uses the latter
 * @param value in lower-case hexadecimal
 */
public record Checksum(String algorithm, String value) {
  /** By its length. */
  static Optional<Checksum> of(String text) {
    String value = text.toLowerCase(Locale.ROOT);
    if (value.matches("[0-9a-f]{96}")) {
      return Optional.of(new Checksum("SHA-384", value));
    }
    return value.matches("[0-9a-f]{64}")
        ? Optional.of(new Checksum("SHA-256", value))
        : Optional.empty();
  }
}
