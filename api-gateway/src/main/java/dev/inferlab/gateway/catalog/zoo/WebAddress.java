package dev.inferlab.gateway.catalog.zoo;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The form that an address must have before anything is asked about it. */
public final class WebAddress {
  private static final int LONGEST = 2_000;

  // What ends in a number is an address to those who look it up, in one of many ways to write it:
  // decimal, octal, hexadecimal, with one to four parts. Only the one that all read alike is taken.
  private static final Pattern NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)\\.?");
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private WebAddress() {}

  /** What is wrong with it, if anything. */
  public static Optional<String> fault(String text) {
    if (text.length() > LONGEST) {
      return Optional.of("is longer than %d characters".formatted(LONGEST));
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return Optional.of("is no web address");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      return Optional.of("must begin with https:// or http://");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("must not carry a user name or password");
    }
    String host = uri.getHost();
    if (host == null
        || host.isBlank()
        || uri.getPort() > 65_535
        || (NUMBER.matcher(host).matches() && !IPV4.matcher(host).matches())) {
      return Optional.of("names no host; a number must be written as 192.0.2.1 or [2001:db8::1]");
    }
    return Optional.empty();
  }
}
