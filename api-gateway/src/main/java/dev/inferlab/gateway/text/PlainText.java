package dev.inferlab.gateway.text;

import java.util.Optional;

/**
 * The one rule for texts that users choose and others read: names of models, datasets, files,
 * labels. Every script is welcome; what nobody sees is not, because two names that differ in it
 * look the same, and because it can turn the text around it (U+202E).
 */
public final class PlainText {
  /** Of what users name; in {@code char}s. */
  public static final int LONGEST_NAME = 200;

  private static final int NON_JOINER = 0x200C;
  private static final int JOINER = 0x200D;

  private PlainText() {}

  /** What is wrong with the text, to stand behind its place; empty: nothing. */
  public static Optional<String> fault(String text) {
    int before = ' ';
    int position = 0;
    for (int point : text.codePoints().toArray()) {
      position++;
      if (isHidden(point, before)) {
        return Optional.of(
            "has a character that cannot be seen: U+%04X at position %d"
                .formatted(point, position));
      }
      before = point;
    }
    return Optional.empty();
  }

  public static boolean isFit(String text) {
    return fault(text).isEmpty();
  }

  /** Whether there is nothing to be seen in it; unlike Java's, takes no space for more. */
  public static boolean isBlank(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  /** A text of others, fit to be shown: a mark instead of what cannot be seen, and not endless. */
  public static String shown(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    int before = ' ';
    for (int point : text.codePoints().limit(longest).toArray()) {
      shown.appendCodePoint(isHidden(point, before) ? '\uFFFD' : point);
      before = point;
    }
    return text.codePointCount(0, text.length()) > longest ? shown + "…" : shown.toString();
  }

  /**
   * A name for what came under this file name: its last part, if that can be a name.
   *
   * @param otherwise the name if it cannot
   */
  public static String nameOf(String file, String otherwise) {
    String last = file.replaceFirst("(?s).*[/\\\\]", "").strip();
    return isBlank(last) || last.length() > LONGEST_NAME || !isFit(last) ? otherwise : last;
  }

  private static boolean isHidden(int point, int before) {
    if (point == NON_JOINER || point == JOINER) {
      return !isJoined(before);
    }
    return switch (Character.getType(point)) {
      // PostgreSQL stores no NUL and no lone surrogate; the others are marks for layout.
      case Character.CONTROL,
          Character.SURROGATE,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> isFiller(point);
    };
  }

  /** Letters of Hangul that show nothing. */
  private static boolean isFiller(int point) {
    return point == 0x115F || point == 0x1160 || point == 0x3164 || point == 0xFFA0;
  }

  /** Persian and Indian words need joiners, and pictures of several parts; Latin words do not. */
  private static boolean isJoined(int before) {
    Character.UnicodeScript script = Character.UnicodeScript.of(before);
    return switch (script) {
      case LATIN, GREEK, CYRILLIC -> false;
      case COMMON, INHERITED ->
          Character.isEmojiPresentation(before)
              || Character.isExtendedPictographic(before)
              || Character.isEmojiModifier(before)
              || Character.getType(before) == Character.NON_SPACING_MARK;
      default -> true;
    };
  }
}
