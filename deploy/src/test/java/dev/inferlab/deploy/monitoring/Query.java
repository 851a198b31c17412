package dev.inferlab.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.deploy.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A PromQL expression that this folder ships.
 *
 * @param where the dashboard and panel, or the alert
 */
record Query(String where, String expression) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static final Path DASHBOARDS = Repository.deploy().resolve("grafana/dashboards");
  static final Path RULES = Repository.deploy().resolve("prometheus/rules/inferlab.yml");

  static List<Path> dashboards() {
    return Repository.files(".json").stream().filter(path -> path.startsWith(DASHBOARDS)).toList();
  }

  static JsonNode dashboard(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every panel's queries. */
  static List<Query> ofDashboards() {
    List<Query> queries = new ArrayList<>();
    for (Path file : dashboards()) {
      for (JsonNode panel : dashboard(file).path("panels")) {
        String where = file.getFileName() + ": " + panel.path("title").asText();
        panel
            .path("targets")
            .forEach(target -> queries.add(new Query(where, target.path("expr").asText())));
      }
    }
    return queries;
  }

  /** Every alert's condition. */
  static List<Query> ofAlerts() {
    Map<String, List<Map<String, Object>>> file =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(Repository.text(RULES));
    List<Query> queries = new ArrayList<>();
    for (Map<String, Object> group : file.get("groups")) {
      for (Object rule : (List<?>) group.get("rules")) {
        Map<?, ?> fields = (Map<?, ?>) rule;
        queries.add(new Query("alert " + fields.get("alert"), fields.get("expr").toString()));
      }
    }
    return queries;
  }

  /** The expression with Grafana's variables filled in, as Grafana would for "All". */
  Query filledIn(String rateInterval) {
    return new Query(
        where,
        expression
            .replace("$__rate_interval", rateInterval)
            .replace("$target", ".*")
            .replace("$kind", ".*"));
  }

  /**
   * Of an alert's condition: the value that is compared first, without what it is compared with.
   */
  Query watched() {
    return new Query(where, expression.split(" (?:>|==) ", 2)[0]);
  }
}
