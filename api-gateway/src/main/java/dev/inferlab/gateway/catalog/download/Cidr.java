package dev.inferlab.gateway.catalog.download;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses: {@code 10.0.0.0/8}, {@code fc00::/7}.
 *
 * @param prefix 4 or 16 bytes
 */
record Cidr(byte[] prefix, int bits) {

  /** Empty if the text is none. Only literals: no name is ever resolved here. */
  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    return literal(slash < 0 ? text : text.substring(0, slash))
        .map(InetAddress::getAddress)
        .flatMap(
            prefix ->
                slash < 0
                    ? Optional.of(new Cidr(prefix, prefix.length * 8))
                    : of(prefix, text.substring(slash + 1)));
  }

  private static Optional<Cidr> of(byte[] prefix, String bits) {
    return bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= prefix.length * 8
        ? Optional.of(new Cidr(prefix, Integer.parseInt(bits)))
        : Optional.empty();
  }

  /** The address that a text is, if it is one; IPv6 without brackets. */
  static Optional<InetAddress> literal(String text) {
    if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((bytes[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
