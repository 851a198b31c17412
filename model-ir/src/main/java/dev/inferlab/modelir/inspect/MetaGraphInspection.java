package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    TensorFlowGraph graph = new TensorFlowGraph(topology, findings);
    if (savedModel) {
      boolean found = false;
      while (file.next()) {
        if (file.field() == 1) {
          findings.version(Long.toString(file.number()));
        } else if (file.field() == 2 && !found) {
          metaGraph(file.message(), graph, topology, findings);
          found = true;
        }
      }
      if (!found) {
        throw MalformedModelException.atOffset(
            Fault.TRUNCATED, "the graph is missing", upload.get(topology).size());
      }
    } else {
      metaGraph(file, graph, topology, findings);
    }
    variables(upload, topology, graph, findings);
  }

  private static void metaGraph(
      ProtoReader metaGraph, TensorFlowGraph graph, String file, Findings findings)
      throws RefusedException, MalformedModelException {
    List<Signature> signatures = new ArrayList<>();
    boolean found = false;
    while (metaGraph.next()) {
      if (metaGraph.field() == 2) {
        found = true;
        graph.read(metaGraph.message());
      } else if (metaGraph.field() == 5) {
        signatures.add(Signature.read(metaGraph.message(), file, findings));
      }
    }
    if (!found) {
      throw MalformedModelException.atOffset(
          Fault.TRUNCATED, "the graph is missing", metaGraph.payloadOffset());
    }
    Optional<Signature> signature =
        signatures.stream()
            .filter(s -> s.key().equals("serving_default"))
            .findFirst()
            .or(() -> signatures.stream().filter(s -> !s.outputs().isEmpty()).findFirst());
    if (signature.isPresent()) {
      signature.get().inputs().forEach(i -> findings.input(i.name(), i.type(), i.shape()));
      signature.get().outputs().forEach(o -> findings.output(o.name(), o.type(), o.shape()));
    } else {
      graph.reportEnds();
    }
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
