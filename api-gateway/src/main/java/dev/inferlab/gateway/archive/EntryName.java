package dev.inferlab.gateway.archive;

import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The one rule for names of files that users send. A name never becomes a path of this machine: it
 * is a key in a table. It is checked all the same, because agents and downloads use it as a path.
 */
public final class EntryName {
  private static final int LONGEST_NAME = 1024;
  private static final int LONGEST_PART = 255;
  private static final int DEEPEST = 32;
  private static final int LONGEST_SHOWN = 120;

  private EntryName() {}

  /** Decodes a name from an archive and checks it; a leading {@code ./} is dropped. */
  public static String check(byte[] raw) {
    try {
      return check(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString());
    } catch (CharacterCodingException e) {
      throw forbidden(
          new String(raw, StandardCharsets.ISO_8859_1), "is not UTF-8; pack it with UTF-8 names");
    }
  }

  /** Returns the name with {@code /} between its parts and none at the end. */
  public static String check(String raw) {
    String name = raw;
    while (name.startsWith("./")) {
      name = name.substring(2);
    }
    if (name.endsWith("/")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.isEmpty() || name.equals(".")) {
      return "";
    }
    if (name.length() > LONGEST_NAME) {
      throw forbidden(raw, "is longer than " + LONGEST_NAME + " characters");
    }
    Optional<String> fault = PlainText.fault(name);
    if (fault.isPresent()) {
      throw forbidden(raw, fault.get());
    }
    if (name.indexOf('\\') >= 0) {
      throw forbidden(raw, "has a backslash; use '/' between folders");
    }
    if (name.startsWith("/") || name.startsWith("~") || name.matches("^[A-Za-z]:.*")) {
      throw forbidden(raw, "is absolute; use a name relative to the archive");
    }
    String[] parts = name.split("/", -1);
    if (parts.length > DEEPEST) {
      throw forbidden(raw, "is nested deeper than " + DEEPEST + " folders");
    }
    for (String part : parts) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw forbidden(raw, "has an empty part, '.' or '..' in it");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
        throw forbidden(raw, "has a part longer than " + LONGEST_PART + " bytes");
      }
    }
    return name;
  }

  /** What operating systems leave in archives and nobody means to send. */
  public static boolean isClutter(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return name.startsWith("__MACOSX/")
        || name.equals("__MACOSX")
        || last.startsWith("._")
        || last.equals(".DS_Store")
        || last.equals("Thumbs.db")
        || last.equals("desktop.ini");
  }

  /** A name that is fit to be shown. */
  public static String shown(String raw) {
    return PlainText.shown(raw, LONGEST_SHOWN);
  }

  private static ProblemException forbidden(String raw, String why) {
    return ArchiveProblem.of(
        ProblemCode.ARCHIVE_ENTRY_NAME_FORBIDDEN, shown(raw), "A file's name %s.".formatted(why));
  }
}
