package dev.inferlab.local.cli;

import java.io.PrintStream;

/** Writes for people: in colour only where {@code ./inferlab} found a terminal that wants it. */
public final class Terminal {
  private static final String ESCAPE = "\u001b[";

  private final PrintStream out;
  private final boolean colour;
  private final boolean live;

  /**
   * @param live whether a line may be overwritten by the next one
   */
  public Terminal(PrintStream out, boolean colour, boolean live) {
    this.out = out;
    this.colour = colour;
    this.live = live;
  }

  public void line(String format, Object... arguments) {
    out.println(arguments.length == 0 ? format : String.format(format, arguments));
    out.flush();
  }

  /** Shows a line that the next one replaces; where that does not work, nothing. */
  public void passing(String text) {
    if (live) {
      out.print("\r" + ESCAPE + "2K" + text);
      out.flush();
    }
  }

  /** Removes the passing line. */
  public void clear() {
    passing("");
  }

  public boolean isLive() {
    return live;
  }

  public String bold(String text) {
    return paint("1", text);
  }

  public String dim(String text) {
    return paint("2", text);
  }

  public String good(String text) {
    return paint("32", text);
  }

  public String bad(String text) {
    return paint("31", text);
  }

  private String paint(String code, String text) {
    return colour ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }
}
