package dev.inferlab.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
  private static final Path TEST_CLASSES = Path.of("target", "test-classes");

  @Test
  void holdHere() {
    HouseRules.module("testkit").check();
  }

  @Test
  void findNamesTimeSleepAndCycles() {
    List<String> broken = HouseRules.module("testkit").violations(TEST_CLASSES);

    assertThat(broken)
        .anyMatch(each -> each.contains("TimeImpl") && each.contains("name that says nothing"))
        .anyMatch(each -> each.contains("Instant.now()") && each.contains("inject"))
        .anyMatch(each -> each.contains("Thread.sleep") && each.contains("wait for"))
        .anyMatch(each -> each.contains("references method <java.time.Instant.now()>"))
        .anyMatch(each -> each.contains("Cycle detected"));
  }

  @Test
  void spareWhatIsExceptedByName() {
    List<String> broken =
        HouseRules.module("testkit")
            .except("dev.inferlab.testkit.badone.SleepManager", "a test of the rules")
            .except("dev.inferlab.testkit.badother.TimeImpl", "a test of the rules")
            .violations(TEST_CLASSES);

    assertThat(broken).singleElement().asString().contains("Cycle detected");
  }

  @Test
  void findForeignPackagesAndForbiddenModules() {
    List<String> broken = HouseRules.module("platform").violations(TEST_CLASSES);

    assertThat(broken)
        .anyMatch(each -> each.contains("the module's package"))
        .anyMatch(each -> each.contains("Module law: platform uses only [proto]"));
  }

  @Test
  void findFrameworksWhereOnlyDecisionsBelong() {
    List<String> broken =
        HouseRules.module("testkit")
            .pure("dev.inferlab.testkit.infra")
            .violations(Path.of("target", "classes"));

    assertThat(broken).singleElement().asString().contains("only decides");
  }
}
