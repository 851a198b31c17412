package dev.inferlab.gateway.catalog.zoo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Open Model Zoo's {@code regex_replace}: a pattern and a replacement as Python's {@code re} writes
 * them. A pattern that runs too long is stopped, and so is a text that grows too long.
 */
public final class TextReplacement {
  private static final Pattern REFERENCE =
      Pattern.compile("\\\\(?:g<(\\w+)>|([1-9][0-9]?)|(.))", Pattern.DOTALL);

  private final Pattern pattern;
  private final List<Part> replacement;

  private TextReplacement(Pattern pattern, List<Part> replacement) {
    this.pattern = pattern;
    this.replacement = replacement;
  }

  /** A part of what takes a match's place. */
  private sealed interface Part {
    record Text(String text) implements Part {}

    record Group(int number) implements Part {}
  }

  /** The replacement would have taken more time or memory than it was given; says which. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(String why) {
      super(why, null, false, false);
    }

    static StoppedException slow() {
      return new StoppedException("the pattern takes too long");
    }
  }

  /** A text with its replacements, and how many there were. */
  public record Replaced(String text, int count) {}

  /**
   * @throws PatternSyntaxException also if the replacement names a group that the pattern lacks
   */
  public static TextReplacement of(String pattern, String replacement) {
    Pattern compiled = Pattern.compile(ofPython(pattern));
    return new TextReplacement(compiled, parts(replacement, compiled));
  }

  /** What is wrong with the pattern, if anything. */
  static Optional<String> fault(String pattern, String replacement) {
    try {
      of(pattern, replacement);
      return Optional.empty();
    } catch (PatternSyntaxException | StackOverflowError e) {
      return Optional.of("is no regular expression that is read here");
    }
  }

  /**
   * @param most replacements; 0: all
   * @param longest result, in characters
   * @throws StoppedException after {@code limit}, or before the result is longer than {@code
   *     longest}
   */
  public Replaced apply(String text, int most, Duration limit, int longest) {
    Timed timed = new Timed(text, System.nanoTime() + limit.toNanos());
    Matcher matcher = pattern.matcher(timed);
    Growing result = new Growing(longest);
    int count = 0;
    int end = 0;
    try {
      while ((most == 0 || count < most) && matcher.find()) {
        // An empty pattern reads no character.
        timed.check();
        result.append(text, end, matcher.start());
        for (Part part : replacement) {
          switch (part) {
            case Part.Text(String literal) -> result.append(literal, 0, literal.length());
            // A group that took no part in the match starts and ends at -1.
            case Part.Group(int number) ->
                result.append(
                    text, Math.max(0, matcher.start(number)), Math.max(0, matcher.end(number)));
          }
        }
        end = matcher.end();
        count++;
      }
    } catch (StackOverflowError e) {
      throw StoppedException.slow();
    }
    result.append(text, end, text.length());
    return new Replaced(result.text.toString(), count);
  }

  /** Python writes named groups in its own way; the rest of what catalogues use is the same. */
  private static String ofPython(String pattern) {
    return pattern
        .replace("(?P<", "(?<")
        .replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>")
        .replace("\\Z", "\\z");
  }

  /** {@code \1} and {@code \g<1>} are groups; everything else stands for itself. */
  private static List<Part> parts(String replacement, Pattern pattern) {
    List<Part> parts = new ArrayList<>();
    Matcher references = REFERENCE.matcher(replacement);
    int end = 0;
    while (references.find()) {
      parts.add(new Part.Text(replacement.substring(end, references.start())));
      end = references.end();
      if (references.group(3) != null) {
        parts.add(new Part.Text(escape(references.group(3))));
      } else {
        String group = references.group(1) == null ? references.group(2) : references.group(1);
        parts.add(new Part.Group(number(group, pattern, replacement)));
      }
    }
    parts.add(new Part.Text(replacement.substring(end)));
    return List.copyOf(parts);
  }

  private static int number(String group, Pattern pattern, String replacement) {
    int number =
        group.matches("[0-9]{1,4}")
            ? Integer.parseInt(group)
            : pattern.namedGroups().getOrDefault(group, -1);
    if (number < 0 || number > pattern.matcher("").groupCount()) {
      throw new PatternSyntaxException("the pattern has no group " + group, replacement, -1);
    }
    return number;
  }

  private static String escape(String letter) {
    return switch (letter) {
      case "n" -> "\n";
      case "t" -> "\t";
      case "r" -> "\r";
      case "\\" -> "\\";
      default -> "\\" + letter;
    };
  }

  /** The result, which looks at its length before it takes more. */
  private static final class Growing {
    private final StringBuilder text = new StringBuilder();
    private final int longest;

    Growing(int longest) {
      this.longest = longest;
    }

    void append(String from, int start, int end) {
      if (end - start > longest - text.length()) {
        throw new StoppedException(
            "the text would become longer than %,d characters".formatted(longest));
      }
      text.append(from, start, end);
    }
  }

  /** Backtracking reads characters again and again: so the time is looked at there. */
  private record Timed(CharSequence text, long deadline) implements CharSequence {
    @Override
    public char charAt(int index) {
      check();
      return text.charAt(index);
    }

    void check() {
      if (System.nanoTime() - deadline > 0) {
        throw StoppedException.slow();
      }
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
