package dev.inferlab.local;

import dev.inferlab.local.cli.Commands;
import dev.inferlab.local.cli.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What {@code ./inferlab} runs for its verbs that need more than the shell. */
public final class LocalMain {
  private LocalMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    boolean person = "1".equals(System.getenv("INFERLAB_COLOUR"));
    boolean live = "1".equals(System.getenv("INFERLAB_TTY"));
    Terminal out = new Terminal(utf8(System.out), person, live);
    try {
      System.exit(new Commands(Settings.from(System.getenv()), out).run(List.of(arguments)));
    } catch (SettingsException e) {
      Terminal err = new Terminal(utf8(System.err), person, live);
      err.line("%s", err.bad("inferlab: ") + e.getMessage());
      err.line("%s", e.remedy());
      System.exit(1);
    } catch (IOException e) {
      Terminal err = new Terminal(utf8(System.err), person, live);
      err.line("%s", err.bad("inferlab: ") + e.getMessage());
      err.line("%s", "'./inferlab status' and './inferlab logs' tell more.");
      System.exit(1);
    }
  }

  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
