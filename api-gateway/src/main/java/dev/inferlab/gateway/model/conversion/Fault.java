package dev.inferlab.gateway.model.conversion;

import dev.inferlab.gateway.json.JsonFields;

/** What can be wrong with an option of a conversion; a violation's reason begins with it. */
enum Fault {
  /** Something needed was not given. */
  MISSING,
  /** No such field, and nothing of that name in the model. */
  UNKNOWN,
  /** Right in itself, but not for this model. */
  UNSUITABLE,
  /** Wrong for any model. */
  INVALID;

  String reason(String text, Object... values) {
    return name().toLowerCase(java.util.Locale.ROOT) + ": " + text.formatted(values);
  }

  /** Sorts what strict reading found. */
  static String ofReading(String reason) {
    return switch (reason) {
      case JsonFields.MISSING -> MISSING.name().toLowerCase(java.util.Locale.ROOT) + ": is needed";
      case JsonFields.UNKNOWN -> UNKNOWN.name().toLowerCase(java.util.Locale.ROOT) + ": " + reason;
      default -> INVALID.name().toLowerCase(java.util.Locale.ROOT) + ": " + reason;
    };
  }
}
