package dev.inferlab.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of the dashboards without a Grafana: shape, data source, layout and PromQL. */
class DashboardsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
  @TempDir Path temp;

  @Test
  void eachHasItsOwnIdentityAndTheProvisionedDataSource() {
    String provisioned =
        Repository.text(
            Repository.deploy().resolve("grafana/provisioning/datasources/prometheus.yml"));
    Set<String> ids = new HashSet<>();
    assertThat(Query.dashboards()).hasSize(4);
    for (Path file : Query.dashboards()) {
      JsonNode dashboard = Query.dashboard(file);
      assertThat(ids.add(dashboard.path("uid").asText())).as(file.toString()).isTrue();
      assertThat(dashboard.path("title").asText()).startsWith("Inferlab: ");
      for (JsonNode panel : dashboard.path("panels")) {
        if (!panel.path("type").asText().equals("row")) {
          assertThat(provisioned)
              .contains("uid: " + panel.path("datasource").path("uid").asText() + "\n");
          assertThat(panel.path("targets")).as(panel.path("title").asText()).isNotEmpty();
          assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void panelsHaveTheirOwnPlaceAndNumber() {
    for (Path file : Query.dashboards()) {
      Set<Integer> numbers = new HashSet<>();
      Set<String> cells = new HashSet<>();
      for (JsonNode panel : Query.dashboard(file).path("panels")) {
        assertThat(numbers.add(panel.path("id").asInt())).isTrue();
        JsonNode place = panel.path("gridPos");
        assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(24);
        for (int x = place.path("x").asInt();
            x < place.path("x").asInt() + place.path("w").asInt();
            x++) {
          for (int y = place.path("y").asInt();
              y < place.path("y").asInt() + place.path("h").asInt();
              y++) {
            assertThat(cells.add(x + "," + y)).as(file + " " + panel.path("title")).isTrue();
          }
        }
      }
    }
  }

  @Test
  void everyVariableIsDefined() {
    for (Path file : Query.dashboards()) {
      Set<String> defined = new HashSet<>(Set.of("__rate_interval", "__all"));
      JsonNode dashboard = Query.dashboard(file);
      dashboard
          .path("templating")
          .path("list")
          .forEach(variable -> defined.add(variable.path("name").asText()));
      Matcher used = VARIABLE.matcher(dashboard.toString());
      while (used.find()) {
        assertThat(defined).as(file.toString()).contains(used.group(1));
      }
    }
  }

  @Test
  void everyQueryIsPromQl() throws Exception {
    Optional<Path> promtool = Prometheus.program("promtool");
    assumeTrue(promtool.isPresent(), "promtool is neither installed nor in Debian's packages here");
    StringBuilder rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
    List<Query> queries = Query.ofDashboards();
    for (int i = 0; i < queries.size(); i++) {
      String expression = queries.get(i).filledIn("1m").expression().replace("'", "''");
      rules
          .append("  - record: panel:")
          .append(i)
          .append("\n    expr: '")
          .append(expression)
          .append("'\n");
    }
    Path file = Files.writeString(temp.resolve("panels.yml"), rules);
    Tool.Result result =
        Tool.run(temp, Map.of(), promtool.get().toString(), "check", "rules", file.toString());
    assertThat(result.output()).contains("SUCCESS: " + queries.size() + " rules found");
  }
}
