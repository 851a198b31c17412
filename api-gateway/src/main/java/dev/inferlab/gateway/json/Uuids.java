package dev.inferlab.gateway.json;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Ids as users write them. {@link UUID#fromString} alone takes "1-1-1-1-1" for one. */
public final class Uuids {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private Uuids() {}

  public static Optional<UUID> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
  }
}
