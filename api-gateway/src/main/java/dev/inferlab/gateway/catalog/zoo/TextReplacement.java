package dev.inferlab.gateway.catalog.zoo;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Open Model Zoo's {@code regex_replace}: a pattern and a replacement as Python's {@code re} writes
 * them. A pattern that runs too long is stopped.
 */
public final class TextReplacement {
  private static final Pattern REFERENCE =
      Pattern.compile("\\\\(?:g<(\\w+)>|([1-9][0-9]?)|(.))", Pattern.DOTALL);

  private final Pattern pattern;
  private final String replacement;

  private TextReplacement(Pattern pattern, String replacement) {
    this.pattern = pattern;
    this.replacement = replacement;
  }

  /** The pattern took more time than it was given. */
  public static final class TooSlowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooSlowException() {
      super("the pattern takes too long", null, false, false);
    }
  }

  /** A text with its replacements, and how many there were. */
  public record Replaced(String text, int count) {}

  public static TextReplacement of(String pattern, String replacement) {
    return new TextReplacement(Pattern.compile(ofPython(pattern)), reference(replacement));
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
   * @throws TooSlowException after {@code limit}
   */
  public Replaced apply(String text, int most, Duration limit) {
    Matcher matcher = pattern.matcher(new Timed(text, System.nanoTime() + limit.toNanos()));
    StringBuilder result = new StringBuilder();
    int count = 0;
    try {
      while ((most == 0 || count < most) && matcher.find()) {
        matcher.appendReplacement(result, replacement);
        count++;
      }
    } catch (StackOverflowError e) {
      throw new TooSlowException();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      // The replacement names a group that the pattern does not have.
      return new Replaced(text, 0);
    }
    matcher.appendTail(result);
    return new Replaced(result.toString(), count);
  }

  /** Python writes named groups in its own way; the rest of what catalogues use is the same. */
  private static String ofPython(String pattern) {
    return pattern
        .replace("(?P<", "(?<")
        .replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>")
        .replace("\\Z", "\\z");
  }

  /** {@code \1} and {@code \g<1>} become {@code $1}; everything else stands for itself. */
  private static String reference(String replacement) {
    StringBuilder result = new StringBuilder();
    Matcher references = REFERENCE.matcher(replacement);
    int end = 0;
    while (references.find()) {
      result.append(Matcher.quoteReplacement(replacement.substring(end, references.start())));
      end = references.end();
      if (references.group(1) != null) {
        boolean number = references.group(1).matches("[0-9]+");
        result.append(number ? "$" + references.group(1) : "${" + references.group(1) + "}");
      } else if (references.group(2) != null) {
        result.append('$').append(references.group(2));
      } else {
        result.append(Matcher.quoteReplacement(escape(references.group(3))));
      }
    }
    return result.append(Matcher.quoteReplacement(replacement.substring(end))).toString();
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

  /** Backtracking reads characters again and again: so the time is looked at there. */
  private record Timed(CharSequence text, long deadline) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (System.nanoTime() > deadline) {
        throw new TooSlowException();
      }
      return text.charAt(index);
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
