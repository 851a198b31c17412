package dev.inferlab.gateway.text;

import java.lang.Character.UnicodeScript;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

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
  private static final int EMOJI_STYLE = 0xFE0F;
  private static final int KEYCAP = 0x20E3;

  /** Those whose words are written with joiners. */
  private static final Set<UnicodeScript> JOINING =
      EnumSet.of(
          UnicodeScript.ARABIC,
          UnicodeScript.SYRIAC,
          UnicodeScript.NKO,
          UnicodeScript.ADLAM,
          UnicodeScript.MONGOLIAN,
          UnicodeScript.DEVANAGARI,
          UnicodeScript.BENGALI,
          UnicodeScript.GURMUKHI,
          UnicodeScript.GUJARATI,
          UnicodeScript.ORIYA,
          UnicodeScript.TAMIL,
          UnicodeScript.TELUGU,
          UnicodeScript.KANNADA,
          UnicodeScript.MALAYALAM,
          UnicodeScript.SINHALA,
          UnicodeScript.KHMER);

  private PlainText() {}

  /** What is wrong with the text, to stand behind its place; empty: nothing. */
  public static Optional<String> fault(String text) {
    int[] points = text.codePoints().toArray();
    int first = hidden(points).nextSetBit(0);
    return first < 0
        ? Optional.empty()
        : Optional.of("has a character that cannot be seen: " + place(points, first));
  }

  /** As {@link #fault(String)}, of a text that must say something and not be endless. */
  public static Optional<String> fault(String text, int longest) {
    return isBlank(text) || text.length() > longest
        ? Optional.of("must have 1 to %d characters".formatted(longest))
        : fault(text);
  }

  /** What is wrong with a text that is only searched for: PostgreSQL would refuse it. */
  public static Optional<String> searchFault(String text) {
    int[] points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] == 0 || Character.getType(points[i]) == Character.SURROGATE) {
        return Optional.of("has a character that no text has: " + place(points, i));
      }
    }
    return Optional.empty();
  }

  private static String place(int[] points, int index) {
    return "U+%04X at position %d".formatted(points[index], index + 1);
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
    int[] points = text.codePoints().limit(longest).toArray();
    hidden(points).stream().forEach(i -> points[i] = 0xFFFD);
    String shown = new String(points, 0, points.length);
    return text.codePointCount(0, text.length()) > longest ? shown + "…" : shown;
  }

  /** A text of others as one line: without what cannot be seen, and not endless. */
  public static String line(String text, int longest) {
    String line = visible(text.replaceAll("(?U)\\s+", " ")).replaceAll(" +", " ").strip();
    return line.codePointCount(0, line.length()) <= longest
        ? line
        : visible(line.substring(0, line.offsetByCodePoints(0, longest))) + "…";
  }

  private static String visible(String text) {
    int[] points = text.codePoints().toArray();
    BitSet hidden = hidden(points);
    StringBuilder visible = new StringBuilder();
    for (int i = 0; i < points.length; i++) {
      if (!hidden.get(i)) {
        visible.appendCodePoint(points[i]);
      }
    }
    return visible.toString();
  }

  /**
   * A name for what came under this file name: its last part, if that can be a name.
   *
   * @param otherwise the name if it cannot
   */
  public static String nameOf(String file, String otherwise) {
    String last = file.replaceFirst("(?s).*[/\\\\]", "").strip();
    return fault(last, LONGEST_NAME).isPresent() ? otherwise : last;
  }

  /** The places of what shows nothing there. What is hidden is no neighbour to what follows. */
  private static BitSet hidden(int[] points) {
    BitSet hidden = new BitSet();
    int before = ' ';
    int base = ' ';
    for (int i = 0; i < points.length; i++) {
      int next = i + 1 < points.length ? points[i + 1] : ' ';
      if (isHidden(points[i], base, before, next)) {
        hidden.set(i);
      } else {
        before = points[i];
        base = isAttached(before) ? base : before;
      }
    }
    return hidden;
  }

  /**
   * @param base the last character that is not attached to another
   */
  private static boolean isHidden(int point, int base, int before, int next) {
    return switch (point) {
      case NON_JOINER -> !joinsLetters(base, next);
      case JOINER -> !joinsLetters(base, next) && !joinsPictures(base, next);
      case EMOJI_STYLE -> !Character.isExtendedPictographic(before) && !isKeycap(before, next);
      default -> isNeverSeen(point);
    };
  }

  private static boolean isNeverSeen(int point) {
    return switch (Character.getType(point)) {
      // PostgreSQL stores no NUL and no lone surrogate; the others are marks for layout.
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> !isSign(point);
      default -> isEmpty(point);
    };
  }

  /** Persian and Indian words need joiners; Latin words do not. */
  private static boolean joinsLetters(int base, int next) {
    UnicodeScript script = UnicodeScript.of(base);
    return JOINING.contains(script) && UnicodeScript.of(next) == script && !isNeverSeen(next);
  }

  /** As in a picture of several persons. */
  private static boolean joinsPictures(int base, int next) {
    return Character.isExtendedPictographic(base) && Character.isExtendedPictographic(next);
  }

  private static boolean isKeycap(int before, int next) {
    return next == KEYCAP && "0123456789#*".indexOf(before) >= 0;
  }

  private static boolean isAttached(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT ->
          true;
      default -> Character.isEmojiModifier(point);
    };
  }

  /** Format characters that are seen: Arabic, Syriac and Kaithi signs around what follows. */
  private static boolean isSign(int point) {
    return switch (point) {
      case 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD -> true;
      default -> point >= 0x600 && point <= 0x605;
    };
  }

  /** Letters and marks that show nothing: fillers, selectors of variants, an empty Braille cell. */
  private static boolean isEmpty(int point) {
    return switch (point) {
      case 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0 -> true;
      default ->
          point >= 0x180B && point <= 0x180F
              || point >= 0xFE00 && point <= 0xFE0E
              || point >= 0xFFF0 && point <= 0xFFF8
              || point >= 0xE0000 && point <= 0xE0FFF;
    };
  }
}
