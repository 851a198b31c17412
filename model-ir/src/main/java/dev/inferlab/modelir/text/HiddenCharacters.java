package dev.inferlab.modelir.text;

import java.lang.Character.UnicodeScript;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;

/**
 * Characters of a text that nobody sees: two names that differ in one look the same, and some turn
 * the text around them (U+202E). What a joiner or a selector is depends on its neighbours.
 */
public final class HiddenCharacters {
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

  private HiddenCharacters() {}

  /** The places of what shows nothing there. What is hidden is no neighbour to what follows. */
  public static BitSet in(int[] points) {
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
