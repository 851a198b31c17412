package dev.inferlab.modelir;

import dev.inferlab.modelir.tensor.PartialShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/**
 * Real trained models for tests: what {@code tools/fetch models} brought, and the folder of assets
 * beside the checkout. A test of a file that is not there is skipped, and says so.
 */
public final class Catalogue {
  private Catalogue() {}

  /** A model with what OpenVINO says of its inputs and outputs. */
  public record Entry(
      String id, String format, List<String> files, List<Port> inputs, List<Port> outputs) {
    @Override
    public String toString() {
      return id;
    }

    public boolean isThere() {
      return files.stream().allMatch(file -> Files.exists(place(file)));
    }

    /** Upload names and places of the model's files; skips the test when one is missing. */
    public Map<String, Path> located() {
      String folder = files.getFirst().substring(0, files.getFirst().lastIndexOf('/') + 1);
      Map<String, Path> located = new LinkedHashMap<>();
      for (String file : files) {
        located.put(file.substring(folder.length()), locate(file));
      }
      return located;
    }
  }

  /** An input or output; OpenVINO may know a tensor under several names. */
  public record Port(Set<String> names, String type, PartialShape shape) {}

  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    Catalogue.class.getResourceAsStream("/inspect/catalogue.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] part = line.split("\t");
        switch (part[0]) {
          case "model" ->
              entries.add(
                  new Entry(
                      part[1],
                      part[2],
                      List.of(part[3].split(",")),
                      new ArrayList<>(),
                      new ArrayList<>()));
          case "in" -> entries.getLast().inputs().add(port(part));
          case "out" -> entries.getLast().outputs().add(port(part));
          default -> {}
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  public static Entry entry(String id) {
    return entries().stream().filter(entry -> entry.id().equals(id)).findFirst().orElseThrow();
  }

  private static Port port(String[] part) {
    return new Port(Set.of(part[1].split(",")), part[2], PartialShape.parse(part[3]));
  }

  /** A file by its name in the catalogue; skips the test when it is not there. */
  public static Path locate(String file) {
    Path path = place(file);
    Assumptions.assumeTrue(
        Files.exists(path), () -> "SKIPPED: " + file + " is missing; run 'tools/fetch models'");
    return path;
  }

  private static Path place(String file) {
    return file.startsWith("assets/")
        ? assets().resolve(file.substring(7))
        : packages().resolve(file);
  }

  /** The cache's Python with openvino; skips the test when it is not there. */
  public static Path python() {
    Path python = cache().resolve("python/bin/python");
    Assumptions.assumeTrue(
        Files.isExecutable(python), "SKIPPED: no Python with openvino; run 'tools/fetch python'");
    return python;
  }

  private static Path packages() {
    return cache().resolve("packages");
  }

  private static Path cache() {
    return Optional.ofNullable(System.getenv("INFERLAB_CACHE"))
        .map(Path::of)
        .orElse(Path.of(System.getProperty("user.home"), ".cache/inferlab"));
  }

  private static Path assets() {
    return Optional.ofNullable(System.getenv("INFERLAB_ASSETS"))
        .map(Path::of)
        .orElseGet(
            () -> Path.of(System.getProperty("inferlab.root", "..")).resolve("../shared/assets"));
  }
}
