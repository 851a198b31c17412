package dev.inferlab.local.cli;

import dev.inferlab.local.supervise.ChildStatus;
import dev.inferlab.local.supervise.PlatformStatus;
import java.util.HashSet;
import java.util.Set;

/**
 * One line for each process, when it becomes ready; where the terminal can, a passing one for what
 * is awaited.
 */
final class StartProgress {
  private final Terminal terminal;
  private final Set<String> shown = new HashSet<>();
  private String problem = "";

  StartProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(PlatformStatus status) {
    for (ChildStatus child : status.children()) {
      if (child.readyMillis() > 0 && shown.add(child.name())) {
        terminal.clear();
        terminal.line(
            "  %s %-12s %5.1f s", terminal.good("✓"), child.title(), child.readyMillis() / 1e3);
      }
    }
    if (!status.problem().isEmpty() && !status.problem().equals(problem)) {
      problem = status.problem();
      terminal.clear();
      terminal.line("  %s %s", terminal.bad("!"), problem);
    }
    String awaited =
        String.join(
            ", ",
            status.children().stream()
                .filter(child -> child.readyMillis() == 0)
                .map(ChildStatus::title)
                .toList());
    if (awaited.isEmpty()) {
      terminal.clear();
    } else {
      terminal.passing(terminal.dim("  … " + awaited));
    }
  }
}
