package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * MetaGraphDef (tensorflow/core/protobuf/meta_graph.proto), alone with its checkpoint or inside a
 * SavedModel (saved_model.proto) with its variables.
 */
final class MetaGraphInspection implements FormatInspection {
  private final boolean savedModel;

  MetaGraphInspection(boolean savedModel) {
    this.savedModel = savedModel;
  }

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    ProtoReader file = ProtoReader.of(upload.get(topology), upload.budget());
    MetaGraph graph;
    if (savedModel) {
      List<MetaGraph> all = new ArrayList<>();
      while (file.next()) {
        if (file.field() == 1) {
          findings.version(Long.toString(file.number()));
        } else if (file.field() == 2) {
          all.add(metaGraph(file.message(), topology, findings));
        }
      }
      if (all.isEmpty()) {
        throw MalformedModelException.atOffset(
            Fault.TRUNCATED, "the graph is missing", upload.get(topology).size());
      }
      graph = all.stream().filter(MetaGraph::serves).findFirst().orElse(all.getFirst());
    } else {
      graph = metaGraph(file, topology, findings);
    }
    graph.report(findings);
    variables(upload, topology, graph.nodes(), findings);
  }

  /**
   * A graph with its signatures; {@code serves} when it has the tag by which OpenVINO, as
   * TensorFlow's servers, chooses among several.
   */
  private record MetaGraph(boolean serves, TensorFlowGraph nodes, List<Signature> signatures) {
    void report(Findings findings) {
      Optional<Signature> signature =
          signatures.stream()
              .filter(s -> s.key().equals("serving_default"))
              .findFirst()
              .or(() -> signatures.stream().filter(s -> !s.outputs().isEmpty()).findFirst());
      if (signature.isPresent()) {
        signature.get().inputs().forEach(i -> findings.input(i.name(), i.type(), i.shape()));
        for (Signature.Result output : signature.get().outputs()) {
          TensorInfo info = output.info();
          findings.output(info.name(), info.type(), info.shape());
          findings.operations().end(TensorFlowGraph.source(output.tensor()));
        }
      } else {
        nodes.reportEnds();
      }
    }
  }

  private static MetaGraph metaGraph(ProtoReader metaGraph, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    TensorFlowGraph graph = new TensorFlowGraph(file, findings);
    List<Signature> signatures = new ArrayList<>();
    boolean found = false;
    boolean serves = false;
    Set<Integer> seen = new HashSet<>();
    while (metaGraph.next()) {
      switch (metaGraph.field()) {
        case 1 -> serves |= hasServeTag(metaGraph.message());
        case 2 -> {
          metaGraph.once(seen);
          found = true;
          graph.read(metaGraph.message());
        }
        case 5 -> signatures.add(Signature.read(metaGraph.message(), file, findings));
        default -> {}
      }
    }
    if (!found) {
      throw MalformedModelException.atOffset(
          Fault.TRUNCATED, "the graph is missing", metaGraph.payloadOffset());
    }
    return new MetaGraph(serves, graph, signatures);
  }

  /** MetaInfoDef: tags = 4. */
  private static boolean hasServeTag(ProtoReader info) throws MalformedModelException {
    boolean serves = false;
    while (info.next()) {
      serves |= info.field() == 4 && info.text().equals("serve");
    }
    return serves;
  }

  private void variables(Upload upload, String topology, TensorFlowGraph graph, Findings findings)
      throws RefusedException {
    String prefix =
        Upload.folder(topology) + (savedModel ? "variables/variables" : Upload.stem(topology));
    String index = prefix + ".index";
    if (upload.find(index).isEmpty()) {
      if (graph.hasVariables()) {
        findings.problem(
            ProblemCode.MODEL_FILE_MISSING,
            "The values of the model's variables are missing: upload '%s' and its data files."
                .formatted(Place.shorten(index)),
            Place.inFile(topology));
      }
      return;
    }
    findings.file(FileRole.VARIABLES_INDEX, index);
    FormatInspection.inFile(
        index, () -> new CheckpointIndex(upload, index, findings).check(prefix));
  }
}
