package dev.inferlab.gateway.http;

import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Locale;

/** What a client has already, and which encoding it takes (RFC 9110, 13.1.2 and 12.5.3). */
public final class EntityTags {
  private EntityTags() {}

  /**
   * @param tag with its quotes
   */
  public static boolean matches(HttpHeaders headers, String tag) {
    return elements(headers, HttpHeaders.IF_NONE_MATCH).stream()
        .anyMatch(known -> known.equals("*") || known.replaceFirst("^W/", "").equals(tag));
  }

  public static boolean acceptsGzip(HttpHeaders headers) {
    return elements(headers, HttpHeaders.ACCEPT_ENCODING).stream()
        .map(coding -> coding.toLowerCase(Locale.ROOT).replace(" ", ""))
        .filter(coding -> coding.split(";", 2)[0].equals("gzip"))
        .anyMatch(coding -> !coding.matches("gzip;q=0(\\.0*)?"));
  }

  private static List<String> elements(HttpHeaders headers, String name) {
    String value = headers.getHeaderString(name);
    return value == null ? List.of() : List.of(value.strip().split("\\s*,\\s*"));
  }
}
