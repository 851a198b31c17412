package dev.inferlab.modelir.wire;

import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads protobuf's text format (protobuf.dev/reference/protobuf/textformat-spec), in which Caffe
 * keeps its networks, without a schema: fields with their lines, in the order of the file.
 */
public final class TextProto {
  private static final int DEEPEST = 32;

  private final String text;
  private final Budget budget;
  private int at;
  private int line = 1;

  private TextProto(String text, Budget budget) {
    this.text = text;
    this.budget = budget;
  }

  /** A field: a scalar as it is written (strings without quotes), or a message. */
  public record Field(String name, String value, Message message, int line) {
    public boolean isMessage() {
      return message != null;
    }
  }

  /** The fields of a message in their order; a repeated field comes as often as it is written. */
  public record Message(List<Field> fields, int line) {
    public List<Message> messages(String name) {
      return fields.stream()
          .filter(field -> field.name().equals(name) && field.isMessage())
          .map(Field::message)
          .toList();
    }

    public Optional<Message> message(String name) {
      return messages(name).stream().findFirst();
    }

    public List<String> texts(String name) {
      return fields.stream()
          .filter(field -> field.name().equals(name) && !field.isMessage())
          .map(Field::value)
          .toList();
    }

    public Optional<String> text(String name) {
      return texts(name).stream().findFirst();
    }
  }

  /** Parses a whole file; the text is paid for by the caller. */
  public static Message parse(String text, Budget budget) throws MalformedModelException {
    TextProto parser = new TextProto(text, budget);
    return parser.message('\0', 0);
  }

  private Message message(char close, int depth) throws MalformedModelException {
    if (depth > DEEPEST) {
      throw fault(Fault.TOO_COMPLEX, "messages are nested more than " + DEEPEST + " deep");
    }
    int start = line;
    List<Field> fields = new ArrayList<>();
    while (true) {
      skipSpace();
      if (at >= text.length()) {
        if (close != '\0') {
          throw fault(
              Fault.TRUNCATED, "the block that starts at line " + start + " is never closed");
        }
        return new Message(fields, start);
      }
      if (text.charAt(at) == close) {
        at++;
        return new Message(fields, start);
      }
      field(fields, depth);
      skipSpace();
      if (at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == ';')) {
        at++;
      }
    }
  }

  private void field(List<Field> fields, int depth) throws MalformedModelException {
    int start = line;
    String name = word("a field's name");
    skipSpace();
    boolean colon = at < text.length() && text.charAt(at) == ':';
    if (colon) {
      at++;
      skipSpace();
    }
    if (at >= text.length()) {
      throw fault(Fault.TRUNCATED, "the field '%s' has no value".formatted(name));
    }
    if (colon && text.charAt(at) == '[') {
      at++;
      list(fields, name, depth);
    } else {
      value(fields, name, colon, start, depth);
    }
  }

  private void list(List<Field> fields, String name, int depth) throws MalformedModelException {
    skipSpace();
    while (at < text.length() && text.charAt(at) != ']') {
      value(fields, name, true, line, depth);
      skipSpace();
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
        skipSpace();
      }
    }
    if (at >= text.length()) {
      throw fault(Fault.TRUNCATED, "the list '%s' is never closed".formatted(name));
    }
    at++;
  }

  private void value(List<Field> fields, String name, boolean colon, int start, int depth)
      throws MalformedModelException {
    budget.step(at);
    budget.keep(64, at);
    char c = text.charAt(at);
    if (c == '{' || c == '<') {
      at++;
      fields.add(new Field(name, null, message(c == '{' ? '}' : '>', depth + 1), start));
    } else if (!colon) {
      throw fault(
          Fault.MALFORMED, "the field '%s' has neither a value nor a block".formatted(name));
    } else if (c == '"' || c == '\'') {
      fields.add(new Field(name, quoted(), null, start));
    } else {
      fields.add(new Field(name, word("a value"), null, start));
    }
  }

  /** One or more quoted strings in a row, which count as one. */
  private String quoted() throws MalformedModelException {
    StringBuilder value = new StringBuilder();
    while (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      char quote = text.charAt(at++);
      while (at < text.length() && text.charAt(at) != quote && text.charAt(at) != '\n') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      if (at >= text.length() || text.charAt(at) != quote) {
        throw fault(
            at >= text.length() ? Fault.TRUNCATED : Fault.MALFORMED, "a string is never closed");
      }
      at++;
      skipSpace();
    }
    return value.toString();
  }

  private String word(String what) throws MalformedModelException {
    int start = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw fault(Fault.MALFORMED, "%s is missing".formatted(what));
    }
    return text.substring(start, at);
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' || c == '+';
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
      } else if (c == '#') {
        while (at + 1 < text.length() && text.charAt(at + 1) != '\n') {
          at++;
        }
      } else if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != 0x0b) {
        return;
      }
      at++;
    }
  }

  private MalformedModelException fault(Fault fault, String reason) {
    return MalformedModelException.atLine(fault, reason, line);
  }
}
