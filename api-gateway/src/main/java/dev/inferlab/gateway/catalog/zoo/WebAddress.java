package dev.inferlab.gateway.catalog.zoo;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** The form that an address must have before anything is asked about it. */
public final class WebAddress {
  private static final int LONGEST = 2_000;

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
    if (uri.getHost() == null || uri.getHost().isBlank() || uri.getPort() > 65_535) {
      return Optional.of("names no host");
    }
    return Optional.empty();
  }
}
