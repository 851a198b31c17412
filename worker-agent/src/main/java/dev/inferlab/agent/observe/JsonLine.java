package dev.inferlab.agent.observe;

/**
 * One JSON object on one line, built field by field. Texts are escaped, so that a hostile one
 * cannot forge a line.
 */
public final class JsonLine {
  private final StringBuilder text = new StringBuilder(256).append('{');

  public JsonLine put(String key, String value) {
    if (value != null) {
      key(key);
      quote(value);
    }
    return this;
  }

  public JsonLine put(String key, long value) {
    key(key);
    text.append(value);
    return this;
  }

  public JsonLine put(String key, boolean value) {
    key(key);
    text.append(value);
    return this;
  }

  /** The object, without a line end. */
  @Override
  public String toString() {
    return text + "}";
  }

  private void key(String key) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(key);
    text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20 || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
            text.append("\\u").append(Character.forDigit(c >> 12, 16));
            text.append(Character.forDigit((c >> 8) & 15, 16));
            text.append(Character.forDigit((c >> 4) & 15, 16));
            text.append(Character.forDigit(c & 15, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
