package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks into an uploaded model without running it: says what it is and what goes in and out, or why
 * it is refused. Safe inside a service: files are memory-mapped and read with checked offsets, no
 * native code is loaded, and {@link Limits} bound time and heap whatever the files claim. Stateless
 * and thread-safe.
 */
public final class ModelInspector {
  private final Limits limits;

  public ModelInspector() {
    this(Limits.standard());
  }

  public ModelInspector(Limits limits) {
    this.limits = limits;
  }

  /**
   * Inspects the files of one upload. They must not change meanwhile.
   *
   * @param files the name under which each file was uploaded, with {@code /} between folders
   *     ({@code model/variables/variables.index}), and where its bytes are
   * @throws IOException when a file of the upload cannot be read at all
   */
  public Inspection inspect(Map<String, Path> files) throws IOException {
    try {
      return inspectUnguarded(files);
    } catch (RuntimeException | InternalError | StackOverflowError e) {
      // A fault of ours, or a file that changed while it was mapped: either way nothing to run.
      return new Inspection.Refused(
          List.of(
              new Problem(
                  ProblemCode.MODEL_MALFORMED,
                  "The model could not be understood. Export it again and upload it.",
                  Place.inFile(files.keySet().stream().findFirst().orElse("")))));
    }
  }

  /** Like {@link #inspect}, but lets faults of this code through, so that tests see them. */
  Inspection inspectUnguarded(Map<String, Path> files) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      return look(open(files, arena));
    } catch (RefusedException e) {
      return new Inspection.Refused(e.problems());
    }
  }

  private Upload open(Map<String, Path> files, Arena arena) throws IOException, RefusedException {
    if (files.isEmpty()) {
      throw new RefusedException(
          ProblemCode.MODEL_FILE_MISSING, "The upload has no files.", Place.inFile(""));
    }
    if (files.size() > limits.files()) {
      throw new RefusedException(
          ProblemCode.MODEL_TOO_COMPLEX,
          "The upload has more than %,d files.".formatted(limits.files()),
          Place.inFile(""));
    }
    Map<String, FileBytes> mapped = new TreeMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      String name =
          FileNames.resolve("", file.getKey())
              .orElseThrow(
                  () ->
                      new RefusedException(
                          ProblemCode.MODEL_FILE_NAME_FORBIDDEN,
                          "A file's name is absolute or leaves the upload. Rename it.",
                          Place.inFile(Place.shorten(file.getKey()))));
      if (!Files.isRegularFile(file.getValue(), LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedException(
            ProblemCode.MODEL_EXTERNAL_DATA_FORBIDDEN,
            "The file is a link or not a plain file. Upload the file itself.",
            Place.inFile(name));
      }
      mapped.put(name, FileBytes.map(file.getValue(), arena));
    }
    return new Upload(mapped, limits);
  }

  private static Inspection look(Upload upload) throws RefusedException {
    Map<String, Content> contents = new LinkedHashMap<>();
    for (String name : upload.names()) {
      FormatInspection.inFile(name, () -> contents.put(name, Sniffer.sniff(upload.get(name))));
    }
    String topology = topology(contents);
    Content content = contents.get(topology);
    Findings findings = new Findings(format(content), upload.limits());
    try {
      inspection(content, contents).inspect(upload, topology, findings);
    } catch (MalformedModelException e) {
      throw FormatInspection.refusal(e, topology);
    }
    leftovers(contents, findings);
    return findings.result();
  }

  /** The one file that describes a network. */
  private static String topology(Map<String, Content> contents) throws RefusedException {
    List<String> topologies =
        contents.entrySet().stream()
            .filter(entry -> entry.getValue().isTopology())
            .map(Map.Entry::getKey)
            .toList();
    if (topologies.size() == 1) {
      return topologies.getFirst();
    }
    if (topologies.size() > 1) {
      // A table of labels beside a model may be XML or text; a real network wins over it.
      List<String> certain =
          topologies.stream()
              .filter(
                  name -> !EnumSet.of(Content.XML, Content.PROTOTXT).contains(contents.get(name)))
              .toList();
      if (certain.size() == 1) {
        return certain.getFirst();
      }
      throw new RefusedException(
          ProblemCode.MODEL_AMBIGUOUS,
          "The upload holds %d models ('%s' and '%s'). Upload one at a time."
              .formatted(
                  topologies.size(),
                  Place.shorten(topologies.get(0)),
                  Place.shorten(topologies.get(1))),
          Place.inFile(topologies.get(1)));
    }
    throw noTopology(contents);
  }

  private static RefusedException noTopology(Map<String, Content> contents) {
    Optional<RefusedException> code = code(contents, contents.keySet());
    if (code.isPresent()) {
      return code.get();
    }
    List<String> wide = files(contents, Content.WIDE_XML);
    if (!wide.isEmpty()) {
      return new RefusedException(
          ProblemCode.MODEL_XML_FORBIDDEN,
          "The XML is in UTF-16. Save it in UTF-8, as OpenVINO does.",
          Place.inFile(wide.getFirst()));
    }
    for (String name : files(contents, Content.OTHER)) {
      Optional<ModelFormat> named = ModelFormat.ofName(name);
      if (named.isPresent()) {
        return new RefusedException(
            ProblemCode.MODEL_NOT_RECOGNISED,
            "'%s' is named like %s, but its content is not: it is damaged, or of another format or version. Export it again and upload it."
                .formatted(Place.shorten(name), named.get().title()),
            Place.inFile(name));
      }
    }
    for (Map.Entry<String, Content> file : contents.entrySet()) {
      String missing =
          switch (file.getValue()) {
            case OTHER ->
                file.getKey().endsWith(PaddleInspection.WEIGHTS)
                    ? "the .pdmodel that describes the network"
                    : "";
            case CAFFEMODEL -> "the .prototxt that describes the network";
            case MXNET_PARAMS -> "the symbol.json that describes the network";
            case TF_TABLE -> "the saved_model.pb or .meta that describes the network";
            default -> "";
          };
      if (!missing.isEmpty()) {
        return new RefusedException(
            ProblemCode.MODEL_FILE_MISSING,
            "Only weights were uploaded. Add %s.".formatted(missing),
            Place.inFile(file.getKey()));
      }
    }
    Map.Entry<String, Content> first = contents.entrySet().iterator().next();
    if (first.getValue() == Content.EMPTY) {
      return new RefusedException(
          ProblemCode.MODEL_TRUNCATED,
          "The file is empty. Upload it again.",
          Place.inFile(first.getKey()));
    }
    return new RefusedException(
        ProblemCode.MODEL_NOT_RECOGNISED,
        ("No model was found; '%s' is %s. Upload OpenVINO IR, ONNX, TensorFlow, TensorFlow Lite, "
                + "PaddlePaddle, Caffe or MXNet.")
            .formatted(Place.shorten(first.getKey()), first.getValue().title()),
        Place.inFile(first.getKey()));
  }

  private static ModelFormat format(Content content) {
    return switch (content) {
      case XML -> ModelFormat.OPENVINO_IR;
      case ONNX -> ModelFormat.ONNX;
      case TF_GRAPH -> ModelFormat.TENSORFLOW_FROZEN;
      case TF_SAVED_MODEL -> ModelFormat.TENSORFLOW_SAVED_MODEL;
      case TF_META_GRAPH -> ModelFormat.TENSORFLOW_META_GRAPH;
      case TFLITE -> ModelFormat.TFLITE;
      case PADDLE_PROGRAM -> ModelFormat.PADDLE;
      case PROTOTXT -> ModelFormat.CAFFE;
      case MXNET_SYMBOL -> ModelFormat.MXNET;
      default -> throw new IllegalArgumentException(content + " describes no network");
    };
  }

  private static FormatInspection inspection(Content content, Map<String, Content> contents) {
    return switch (format(content)) {
      case OPENVINO_IR -> new IrInspection();
      case ONNX -> new OnnxInspection();
      case TENSORFLOW_FROZEN -> new TensorFlowInspection();
      case TENSORFLOW_SAVED_MODEL -> new MetaGraphInspection(true);
      case TENSORFLOW_META_GRAPH -> new MetaGraphInspection(false);
      case TFLITE -> new TfliteInspection();
      case PADDLE -> new PaddleInspection();
      case CAFFE -> new CaffeInspection(files(contents, Content.CAFFEMODEL));
      case MXNET -> new MxnetInspection(files(contents, Content.MXNET_PARAMS));
    };
  }

  private static List<String> files(Map<String, Content> contents, Content wanted) {
    return contents.entrySet().stream()
        .filter(entry -> entry.getValue() == wanted)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Files that no part of the model uses: code is refused, the rest is noted. */
  private static void leftovers(Map<String, Content> contents, Findings findings)
      throws RefusedException {
    List<String> unused = new ArrayList<>();
    for (String name : contents.keySet()) {
      if (!findings.uses(name)) {
        unused.add(name);
      }
    }
    Optional<RefusedException> code = code(contents, Set.copyOf(unused));
    if (code.isPresent()) {
      throw code.get();
    }
    for (String name : unused) {
      findings.file(FileRole.UNUSED, name);
      findings.note("'%s' is not part of the model.".formatted(Place.shorten(name)));
    }
  }

  /** The refusal of the first file with code among {@code names}. */
  private static Optional<RefusedException> code(Map<String, Content> contents, Set<String> names) {
    return contents.entrySet().stream()
        .filter(entry -> entry.getValue().isCode())
        .filter(entry -> names.contains(entry.getKey()))
        .findFirst()
        .map(
            entry ->
                new RefusedException(
                    ProblemCode.MODEL_CODE_FORBIDDEN,
                    "'%s' is %s, which can run code when it is read. %s"
                        .formatted(
                            Place.shorten(entry.getKey()),
                            entry.getValue().title(),
                            entry.getValue().instead()),
                    Place.inFile(entry.getKey())));
  }
}
