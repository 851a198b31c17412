package dev.inferlab.local.service;

import dev.inferlab.local.SettingsException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the built programs lie in a checkout. */
public record Distribution(Path root) {

  /**
   * Not the class path of whoever starts it, who may be a test: by its own {@code ./inferlab} knows
   * that programs of this checkout run.
   */
  public String supervisorClassPath() {
    return local() + File.pathSeparator + local().resolveSibling("lib") + "/*";
  }

  private Path local() {
    return root.resolve("local/target/inferlab-local.jar");
  }

  Path gateway() {
    return root.resolve("api-gateway/target/quarkus-app/quarkus-run.jar");
  }

  Path scheduler() {
    return root.resolve("scheduler/target/quarkus-app/quarkus-run.jar");
  }

  Path agentLibraries() {
    return root.resolve("worker-agent/target/agent/lib");
  }

  /** Of this checkout, as they hold for its jars only. */
  Path startCaches() {
    return root.resolve("target/start");
  }

  /**
   * @throws SettingsException if a program is not built
   */
  public void requireComplete() {
    for (Path part : List.of(local(), gateway(), scheduler(), agentLibraries())) {
      if (!Files.exists(part)) {
        throw new SettingsException(
            root.relativize(part) + " is not there: Inferlab is not built.",
            "Run './inferlab up', which builds it, or 'mvn package -DskipTests'.");
      }
    }
  }
}
