package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.mxnet.InputChannels;
import dev.inferlab.modelir.mxnet.ParamsFile;
import dev.inferlab.modelir.mxnet.SymbolJson;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** MXNet: {@code NAME-symbol.json} with {@code NAME-EPOCH.params}. */
final class MxnetInspection implements FormatInspection {
  private final List<String> parameterFiles;

  /** {@code parameterFiles}: the upload's files that hold MXNet parameters. */
  MxnetInspection(List<String> parameterFiles) {
    this.parameterFiles = parameterFiles;
  }

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    FileBytes file = upload.get(topology);
    if (file.size() > upload.limits().topologyBytes() / 4) {
      throw new RefusedException(
          ProblemCode.MODEL_TOO_COMPLEX,
          "The symbol is larger than %,d MiB.".formatted(upload.limits().topologyBytes() / 4 >> 20),
          Place.inFile(topology));
    }
    upload.budget().keep(file.size(), 0);
    SymbolJson symbol =
        SymbolJson.parse(
            file.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE), upload.budget());
    Map<String, PartialShape> held = weights(upload, topology, findings);
    Map<String, PartialShape> inputs = InputChannels.of(symbol, held::get);
    MxnetShapes shapes = new MxnetShapes(symbol);
    Set<String> variables = new HashSet<>();
    for (SymbolJson.Node node : symbol.nodes()) {
      Place place = Place.atLine(topology, Math.max(1, node.line())).inLayer(node.name());
      // Operators of one name are common: Gluon gives them to a block that is called twice.
      if (node.isVariable() && !variables.add(node.name())) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "Two variables are named '%s'. Export the model again."
                .formatted(Place.shorten(node.name())),
            place);
      }
      if (node.op().equals("Custom")
          || node.op().equals("_Native")
          || node.op().equals("_NDArray")) {
        findings.problem(
            ProblemCode.MODEL_CODE_FORBIDDEN,
            "A node runs code of its own (%s). Use a network of standard operators."
                .formatted(node.op()),
            place);
      }
      if (node.isVariable() && !held.containsKey(node.name())) {
        variable(node, inputs, !held.isEmpty(), place, findings);
      }
      if (!node.isVariable()) {
        // Outputs beyond the first are followed like it: they come from the same operation.
        findings
            .operations()
            .add(
                node.op(),
                node.inputs().isEmpty()
                    ? ""
                    : symbol.nodes().get(node.inputs().getFirst().node()).name(),
                List.of(node.name()));
      }
    }
    for (SymbolJson.Entry head : symbol.heads()) {
      String name = symbol.nodes().get(head.node()).name();
      findings.output(name, ElementType.F32, shapes.of(head));
      findings.operations().end(name);
    }
  }

  /** A variable without a value is an input, unless its name says that it should have one. */
  private static void variable(
      SymbolJson.Node node,
      Map<String, PartialShape> inputs,
      boolean hasWeights,
      Place place,
      Findings findings)
      throws RefusedException {
    String name = node.name();
    if (node.isLabel()) {
      return;
    }
    boolean parameter =
        name.endsWith("_weight")
            || name.endsWith("_bias")
            || name.endsWith("_gamma")
            || name.endsWith("_beta")
            || name.endsWith("_moving_mean")
            || name.endsWith("_moving_var");
    if (!parameter) {
      findings.input(name, ElementType.F32, inputs.getOrDefault(name, PartialShape.unknownRank()));
    } else if (hasWeights) {
      findings.problem(
          ProblemCode.MODEL_TRUNCATED,
          "The parameter '%s' is not in the .params, which is cut short or of another network."
              .formatted(Place.shorten(name)),
          place);
    }
  }

  /** Shapes of the parameters by their names in the symbol. */
  private Map<String, PartialShape> weights(Upload upload, String topology, Findings findings)
      throws RefusedException {
    Map<String, PartialShape> held = new HashMap<>();
    if (parameterFiles.size() != 1) {
      findings.problem(
          parameterFiles.isEmpty() ? ProblemCode.MODEL_FILE_MISSING : ProblemCode.MODEL_AMBIGUOUS,
          parameterFiles.isEmpty()
              ? "The weights are missing: upload the .params together with the symbol."
              : "There is more than one .params. Upload the one of the epoch that you want.",
          Place.inFile(topology));
      return held;
    }
    String name = parameterFiles.getFirst();
    findings.file(FileRole.WEIGHTS, name);
    FormatInspection.inFile(
        name,
        () -> {
          for (ParamsFile.Array array :
              ParamsFile.read(upload.get(name), upload.budget()).arrays()) {
            if (array.shape().hasRank()) {
              findings.elements(
                  array.shape().lengths(), false, Place.inFile(name).inLayer(array.name()));
            }
            held.put(array.name().replaceFirst("^(arg|aux):", ""), array.shape());
          }
        });
    return held;
  }
}
