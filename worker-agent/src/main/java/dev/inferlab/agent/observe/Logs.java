package dev.inferlab.agent.observe;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.handlers.ConsoleHandler;

/** Sets up logging of this process: JSON lines on standard output. */
public final class Logs {
  private static final Logger ROOT = Logger.getLogger("");

  private Logs() {}

  /** Must run before anything logs: the log manager is chosen when the first logger is made. */
  public static void configure(String level, String target) {
    for (var handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    ConsoleHandler console =
        new ConsoleHandler(ConsoleHandler.Target.SYSTEM_OUT, new JsonLogFormatter(target));
    console.setAutoFlush(true);
    ROOT.addHandler(console);
    ROOT.setLevel(
        switch (level) {
          case "ERROR" -> org.jboss.logmanager.Level.ERROR;
          case "WARN" -> org.jboss.logmanager.Level.WARN;
          case "DEBUG" -> org.jboss.logmanager.Level.DEBUG;
          default -> org.jboss.logmanager.Level.INFO;
        });
    // A scheduler that is away is said once by the agent itself, not by every layer under it.
    Logger.getLogger("io.grpc").setLevel(Level.SEVERE);
    Logger.getLogger("io.netty").setLevel(Level.SEVERE);
  }
}
