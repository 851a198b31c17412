package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.archive.ArchiveFormat;
import dev.inferlab.gateway.archive.NameRegister;
import dev.inferlab.gateway.archive.UnpackBudget;
import dev.inferlab.gateway.catalog.zoo.Postprocessing;
import dev.inferlab.gateway.catalog.zoo.TextReplacement;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.gateway.staging.Unpacking;
import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an entry asks to be done to its files, and the choice of those that are the model. Blocking.
 */
@ApplicationScoped
class Postprocess {
  /** In bytes; network descriptions stay below a tenth of it. */
  private static final int LARGEST_TEXT = 4 << 20;

  /** In characters. Several downloads at once must fit into the heap. */
  private static final int LONGEST_RESULT = 2 * LARGEST_TEXT;

  private static final Duration PATTERN_LIMIT = Duration.ofSeconds(10);
  private static final List<String> MODEL_ENDS =
      List.of(
          ".onnx",
          ".pb",
          ".pbtxt",
          ".xml",
          ".tflite",
          ".pdmodel",
          ".prototxt",
          ".caffemodel",
          ".json",
          ".params");

  private final Unpacking unpacking;

  Postprocess(Unpacking unpacking) {
    this.unpacking = unpacking;
  }

  /**
   * @param files by the entry's names
   */
  List<StagedFile> model(Plan plan, Map<String, Path> files, Staging staging) throws IOException {
    Map<String, Path> all = new LinkedHashMap<>(files);
    UnpackBudget budget = unpacking.budget();
    for (Postprocessing step : plan.postprocessing()) {
      Path file = all.get(step.file());
      if (file == null) {
        throw failed(step, "it is not there");
      }
      if (step.type().equals(Postprocessing.UNPACK)) {
        all.remove(step.file());
        all.putAll(unpack(step, file, budget, staging));
      } else {
        all.put(step.file(), replace(step, file, budget, staging));
      }
    }
    List<StagedFile> model = new ArrayList<>();
    // Archives may overwrite each other's files, as they do where the steps were written for.
    NameRegister names = new NameRegister();
    for (String name : chosen(plan, all)) {
      names.file(name);
      model.add(staging.adopt(name, all.get(name)));
    }
    return model;
  }

  private Map<String, Path> unpack(
      Postprocessing step, Path archive, UnpackBudget budget, Staging staging) throws IOException {
    if (ArchiveFormat.of(archive) == ArchiveFormat.NONE) {
      throw failed(step, "it is no archive that is read here");
    }
    String folder = step.file().substring(0, step.file().lastIndexOf('/') + 1);
    Map<String, Path> files = new LinkedHashMap<>();
    unpacking.unpack(
        List.of(new ReceivedFile(step.file(), archive)),
        Unpacking.Archives.BY_CONTENT,
        budget,
        (name, content) -> files.put(folder + name, staging.add(name, content).path()));
    return files;
  }

  private static Path replace(Postprocessing step, Path file, UnpackBudget budget, Staging staging)
      throws IOException {
    if (Files.size(file) > LARGEST_TEXT) {
      throw failed(step, "it is too large to be a text");
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw failed(step, "it is no text in UTF-8");
    }
    int count = step.count() == null ? 0 : step.count();
    TextReplacement.Replaced replaced;
    try {
      replaced =
          TextReplacement.of(step.pattern(), step.replacement())
              .apply(text, count, PATTERN_LIMIT, LONGEST_RESULT);
    } catch (TextReplacement.StoppedException e) {
      throw failed(step, e.getMessage());
    }
    if (replaced.count() == 0 || (count > 0 && replaced.count() != count)) {
      throw failed(step, "the pattern occurs %d times".formatted(replaced.count()));
    }
    Path target = staging.newFile();
    Files.writeString(target, replaced.text());
    budget.takeBytes(Files.size(target), step.file());
    return target;
  }

  private static List<String> chosen(Plan plan, Map<String, Path> all) {
    if (plan.mainFiles().isEmpty()) {
      return List.copyOf(all.keySet());
    }
    List<String> chosen = new ArrayList<>();
    for (String main : plan.mainFiles()) {
      List<String> more =
          all.keySet().stream().filter(name -> belongs(name, main, plan.framework())).toList();
      if (more.isEmpty() || (!main.endsWith("/") && !all.containsKey(main))) {
        throw new ProblemException(
            ProblemCode.POSTPROCESSING_FAILED,
            "The model's file is not among those that came.",
            Location.ofFile(main));
      }
      chosen.addAll(more);
    }
    return chosen.stream().distinct().toList();
  }

  /** A folder with all in it; or a file with what lies beside it and is no other model. */
  private static boolean belongs(String name, String main, String framework) {
    if (main.endsWith("/")) {
      return main.equals("/") || name.startsWith(main);
    }
    if (name.equals(main) || framework.equals("tf")) {
      return name.equals(main);
    }
    int slash = main.lastIndexOf('/') + 1;
    return name.lastIndexOf('/') + 1 == slash
        && name.startsWith(main.substring(0, slash))
        && MODEL_ENDS.stream().noneMatch(name::endsWith);
  }

  private static ProblemException failed(Postprocessing step, String why) {
    return new ProblemException(
        ProblemCode.POSTPROCESSING_FAILED,
        "The step %s cannot be done: %s.".formatted(step.type(), why),
        Location.ofFile(step.file()));
  }
}
