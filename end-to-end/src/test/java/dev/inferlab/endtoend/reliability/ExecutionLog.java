package dev.inferlab.endtoend.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one agent wrote down of what it really ran: one JSON line for each begin and end. */
record ExecutionLog(List<Line> lines) {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Line(String event, String job, int attempt, String device, boolean exclusive) {
    String execution() {
      return job + "/" + attempt;
    }
  }

  /** With the full file before it, if there is one. */
  static ExecutionLog read(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    Path older = file.resolveSibling(file.getFileName() + ".1");
    if (Files.exists(older)) {
      texts.addAll(Files.readAllLines(older));
    }
    texts.addAll(Files.readAllLines(file));
    List<Line> lines = new ArrayList<>();
    for (String text : texts) {
      JsonNode json = JSON.readTree(text);
      lines.add(
          new Line(
              json.path("event").asText(),
              json.path("job").asText(),
              json.path("attempt").asInt(),
              json.path("device").asText(),
              json.path("exclusive").asBoolean()));
    }
    if (!lines.isEmpty() && lines.getFirst().event().equals("continued")) {
      throw new IllegalStateException(
          file + " does not reach back to the first execution: nothing can be said of what ran.");
    }
    return new ExecutionLog(List.copyOf(lines));
  }

  /** "job/attempt" of everything that was begun, in order. */
  List<String> begun() {
    return lines.stream()
        .filter(line -> line.event().equals("begin"))
        .map(Line::execution)
        .toList();
  }

  /**
   * Pairs of executions of which the second began before the first had ended, on one device, though
   * one of them was to have it alone.
   */
  List<String> overlaps() {
    List<String> overlaps = new ArrayList<>();
    List<Line> running = new ArrayList<>();
    for (Line line : lines) {
      if (line.event().equals("begin")) {
        for (Line before : running) {
          if (before.device().equals(line.device()) && (before.exclusive() || line.exclusive())) {
            overlaps.add(line.device() + ": " + before.execution() + " and " + line.execution());
          }
        }
        running.add(line);
      } else if (line.event().equals("end")) {
        running.removeIf(before -> before.execution().equals(line.execution()));
      }
    }
    return overlaps;
  }
}
