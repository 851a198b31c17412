package dev.inferlab.local.supervise;

import dev.inferlab.local.process.PidFile;
import dev.inferlab.local.process.ProcessIdentity;
import dev.inferlab.local.process.StopPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Ends what a killed supervisor left running, in the order in which it would have stopped it. */
public final class Leftovers {
  private static final StopPlan STOP = StopPlan.terminate(Duration.ofSeconds(10));
  private static final List<String> INFRASTRUCTURE_LAST = List.of("kafka", "postgres");

  private Leftovers() {}

  /**
   * @param run the folder of pid files
   * @return names of what was still running
   */
  public static List<String> end(Path run) throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(run)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".pid"))
              .map(name -> name.substring(0, name.length() - ".pid".length()))
              .filter(name -> !name.equals(SupervisorMain.NAME))
              .sorted(Comparator.comparingInt(INFRASTRUCTURE_LAST::indexOf))
              .toList();
    }
    return names.stream().filter(name -> end(PidFile.of(run, name), name)).toList();
  }

  private static boolean end(PidFile file, String name) {
    StopPlan plan = name.equals("postgres") ? StopPlan.interrupt(Duration.ofSeconds(15)) : STOP;
    Optional<ProcessHandle> process = file.live().flatMap(ProcessIdentity::handle);
    process.ifPresent(handle -> plan.stop(handle).join());
    file.delete();
    return process.isPresent();
  }
}
