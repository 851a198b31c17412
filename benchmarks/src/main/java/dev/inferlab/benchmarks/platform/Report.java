package dev.inferlab.benchmarks.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The outcome of a run, for people as a table and for machines as JSON. */
record Report(String name, String peer, List<Figure> figures, Map<String, String> environment) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  Report {
    figures = List.copyOf(figures);
  }

  boolean met() {
    return figures.stream().allMatch(Figure::met);
  }

  void print(PrintStream out) {
    out.printf(Locale.ROOT, "%n%-58s %12s %14s %12s  %s%n", "figure", "Inferlab", peer, "goal", "");
    for (Figure figure : figures) {
      out.printf(
          Locale.ROOT,
          "%-58s %12s %14s %12s  %s%n",
          figure.name() + " [" + figure.unit() + "]",
          number(figure.ours()),
          figure.peer().isPresent() ? number(figure.peer().getAsDouble()) : "-",
          figure.goal().map(Goal::text).orElse("-"),
          figure.goal().isEmpty() ? "" : figure.met() ? "met" : "MISSED");
    }
    out.println();
    environment.forEach((key, value) -> out.printf("  %s: %s%n", key, value));
    out.printf("%n%s: %s%n", name, met() ? "every goal met" : "a goal was MISSED");
  }

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), json());
  }

  ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("name", name);
    root.put("goal", goals());
    root.put("met", met());
    ArrayNode rows = root.putArray("rows");
    for (Figure figure : figures) {
      ObjectNode row = rows.addObject();
      row.put("figure", figure.name());
      row.put("unit", figure.unit());
      row.put("inferlab", figure.ours());
      figure.peer().ifPresent(value -> row.put("peer", value));
      figure.goal().ifPresent(goal -> row.put("goal", goal.text()).put("met", figure.met()));
    }
    ObjectNode facts = root.putObject("environment");
    environment.forEach(facts::put);
    return root;
  }

  private String goals() {
    return figures.stream()
        .filter(figure -> figure.goal().isPresent())
        .map(figure -> figure.name() + " " + figure.goal().get().text() + " " + figure.unit())
        .reduce((a, b) -> a + "; " + b)
        .orElse("");
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    return String.format(
        Locale.ROOT,
        Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.3f",
        value);
  }
}
