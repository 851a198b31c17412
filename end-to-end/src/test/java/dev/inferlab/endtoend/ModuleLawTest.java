package dev.inferlab.endtoend;

import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.testkit.HouseRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The module law and the house rules, on every module: here all of them are built. */
class ModuleLawTest {
  static Stream<String> modules() {
    return HouseRules.modules().stream()
        .filter(module -> Files.exists(Lab.root().resolve(module).resolve("src/main")))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void holds(String module) {
    rules(module).check(classes(module));
  }

  /** Every exception is here; none is of the law on modules. */
  private static HouseRules rules(String module) {
    HouseRules rules = HouseRules.module(module);
    return switch (module) {
      case "openvino" -> rules.except("dev.inferlab.openvino.internal.c.OvUtil", "a C header's");
      case "benchmarks" ->
          rules
              .except("dev.inferlab.benchmarks.models.CatalogClient", "asks a server by and by")
              .except("dev.inferlab.benchmarks.models.ModelsBench", "asks a server by and by")
              .except("dev.inferlab.benchmarks.openvino.Turns", "gives each program its time")
              .except("dev.inferlab.benchmarks.platform.BareComparison", "gives each its time")
              .except("dev.inferlab.benchmarks.platform.PlatformBench", "measures idle time");
      case "api-gateway" -> rules.exceptCycles("models cancel their jobs, experiments run models");
      case "scheduler" ->
          rules
              .pure("dev.inferlab.scheduler.job", "dev.inferlab.scheduler.placement")
              .exceptCycles("an agent's stream feeds the loops that answer on it");
      case "worker-agent" -> rules.exceptCycles("attempts report into the session that feeds them");
      case "local" -> rules.exceptCycles("the demo writes to the command line's terminal");
      default -> rules;
    };
  }

  private static Path classes(String module) {
    return Lab.root().resolve(module).resolve("target/classes");
  }
}
