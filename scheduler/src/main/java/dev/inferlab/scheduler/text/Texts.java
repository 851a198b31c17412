package dev.inferlab.scheduler.text;

import java.util.Map;
import java.util.regex.Pattern;

/** Makes texts of others fit for rows, logs and events. */
public final class Texts {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

  private static final int MOST_LABELS = 64;
  private static final int MOST_LABEL = 200;

  private Texts() {}

  /** Whether they can be a target's or be asked for. */
  public static boolean areLabels(Map<String, String> labels) {
    return labels.size() <= MOST_LABELS
        && labels.entrySet().stream()
            .allMatch(it -> isName(it.getKey()) && isPlain(it.getValue(), MOST_LABEL));
  }

  /** Whether it can name a kind, a device or the like. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Without control characters (PostgreSQL takes no NUL) and at most so long. */
  public static String clean(String text, int most) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), most));
    text.codePoints()
        .limit(most)
        .map(point -> Character.isISOControl(point) && point != '\n' ? ' ' : point)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  /** Whether it is short enough and has no control characters. */
  public static boolean isPlain(String text, int most) {
    return text.length() <= most && text.codePoints().noneMatch(Character::isISOControl);
  }
}
