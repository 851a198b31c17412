package dev.inferlab.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlertRulesTest {
  private static final Path FOLDER = Repository.deploy().resolve("prometheus");

  @Test
  void theRulesAreSoundAndFireWhenTheyShould() throws Exception {
    assertThat(promtool("check", "rules", "rules/inferlab.yml").status()).isZero();
    Tool.Result unitTests = promtool("test", "rules", "rules/inferlab_test.yml");
    assertThat(unitTests.status()).as(unitTests.output()).isZero();
  }

  @Test
  void bothConfigurationsAreSound() throws Exception {
    for (String file : new String[] {"prometheus.yml", "prometheus-local.yml"}) {
      Tool.Result result = promtool("check", "config", file);
      assertThat(result.status()).as(result.output()).isZero();
    }
  }

  @Test
  void everyAlertIsTestedAndHasARunbook() {
    String tests = Repository.text(FOLDER.resolve("rules/inferlab_test.yml"));
    String operations = Repository.text(Repository.root().resolve("docs/operations.md"));
    Matcher runbooks =
        Pattern.compile("runbook: docs/operations.md#(\\w+)").matcher(Repository.text(Query.RULES));
    int count = 0;
    while (runbooks.find()) {
      String alert = Query.ofAlerts().get(count++).where().substring("alert ".length());
      assertThat(runbooks.group(1)).isEqualToIgnoringCase(alert);
      assertThat(operations).contains("#### " + alert + "\n");
      assertThat(tests).contains("alertname: " + alert + "\n");
    }
    assertThat(count).isEqualTo(Query.ofAlerts().size());
  }

  private static Tool.Result promtool(String... arguments) throws Exception {
    Optional<Path> promtool = Prometheus.program("promtool");
    assumeTrue(promtool.isPresent(), "promtool is neither installed nor in Debian's packages here");
    String[] command = new String[arguments.length + 1];
    command[0] = promtool.get().toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Tool.run(FOLDER, Map.of(), command);
  }
}
