package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;

/** A frozen TensorFlow graph: one GraphDef whose variables have become constants. */
final class TensorFlowInspection implements FormatInspection {

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    TensorFlowGraph graph = new TensorFlowGraph(topology, findings);
    graph.read(ProtoReader.of(upload.get(topology), upload.budget()));
    if (!graph.hasVersion()) {
      findings.note(
          "The graph does not say its version; if conversion fails, it may be cut short.");
    }
    if (graph.hasVariables()) {
      findings.problem(
          ProblemCode.MODEL_FILE_MISSING,
          "The graph has variables, whose values are in a checkpoint. Freeze it, or upload the "
              + "SavedModel or the .meta with its checkpoint.",
          Place.inFile(topology));
    }
    graph.reportEnds();
  }
}
