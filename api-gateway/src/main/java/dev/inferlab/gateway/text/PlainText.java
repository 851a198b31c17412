package dev.inferlab.gateway.text;

import dev.inferlab.modelir.text.HiddenCharacters;
import java.util.BitSet;
import java.util.Optional;

/**
 * The one rule for texts that users choose and others read: names of models, datasets, files,
 * labels. Every script is welcome; what nobody sees is not, because two names that differ in it
 * look the same, and because it can turn the text around it (U+202E).
 */
public final class PlainText {
  /** Of what users name; in {@code char}s. */
  public static final int LONGEST_NAME = 200;

  private PlainText() {}

  /** What is wrong with the text, to stand behind its place; empty: nothing. */
  public static Optional<String> fault(String text) {
    int[] points = text.codePoints().toArray();
    int first = HiddenCharacters.in(points).nextSetBit(0);
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
    HiddenCharacters.in(points).stream().forEach(i -> points[i] = 0xFFFD);
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
    BitSet hidden = HiddenCharacters.in(points);
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
}
