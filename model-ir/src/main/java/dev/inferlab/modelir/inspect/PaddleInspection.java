package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * PaddlePaddle: a ProgramDesc (framework.proto) and all its parameters in one file, sorted by name.
 */
final class PaddleInspection implements FormatInspection {
  /** Of a file's name; its content has no mark. */
  static final String WEIGHTS = ".pdiparams";

  @Override
  public void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException {
    findings.file(FileRole.TOPOLOGY, topology);
    Walk walk = new Walk(topology, findings);
    walk.program(ProtoReader.of(upload.get(topology), upload.budget()));
    Optional<String> weights = upload.beside(topology, WEIGHTS);
    if (weights.isPresent()) {
      String name = weights.get();
      findings.file(FileRole.WEIGHTS, name);
      FormatInspection.inFile(
          name, () -> new PaddleParameters(upload, name, findings).check(walk.parameters));
    } else if (!walk.parameters.isEmpty()) {
      findings.problem(
          ProblemCode.MODEL_FILE_MISSING,
          "The weights are missing: upload %s%s together with the program."
              .formatted(Upload.stem(topology), WEIGHTS),
          Place.inFile(topology));
    }
  }

  private static final class Walk {
    private final String file;
    private final Findings findings;
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final TreeMap<String, Variable> parameters = new TreeMap<>();
    private final List<String> fed = new ArrayList<>();
    private final List<String> fetched = new ArrayList<>();
    private int blocks;

    Walk(String file, Findings findings) {
      this.file = file;
      this.findings = findings;
    }

    void program(ProtoReader program) throws RefusedException, MalformedModelException {
      boolean versioned = false;
      while (program.next()) {
        switch (program.field()) {
          case 1 -> {
            block(program.message(), blocks == 0);
            blocks++;
          }
          case 4 -> versioned = true;
          default -> {}
        }
      }
      if (blocks == 0 || !versioned) {
        throw MalformedModelException.atOffset(
            Fault.TRUNCATED,
            "the program has no %s".formatted(blocks == 0 ? "block" : "version"),
            program.payloadOffset());
      }
      for (String name : fed) {
        Variable variable = variables.getOrDefault(name, Variable.UNKNOWN);
        findings.input(name, variable.type(), variable.shape());
      }
      for (String name : fetched) {
        Variable variable = variables.getOrDefault(name, Variable.UNKNOWN);
        findings.output(name, variable.type(), variable.shape());
      }
      if (fetched.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_GRAPH_INVALID,
            "The program has no outputs. Export it for inference again.",
            Place.inFile(file));
      }
    }

    private void block(ProtoReader block, boolean main)
        throws RefusedException, MalformedModelException {
      while (block.next()) {
        switch (block.field()) {
          case 3 -> variable(block.message(), main);
          case 4 -> operation(block.message(), main);
          default -> {}
        }
      }
    }

    private void operation(ProtoReader operation, boolean main)
        throws RefusedException, MalformedModelException {
      String type = "";
      String first = "";
      List<String> inputs = new ArrayList<>();
      List<String> outputs = new ArrayList<>();
      long offset = operation.payloadOffset();
      while (operation.next()) {
        switch (operation.field()) {
          case 1 -> {
            List<String> slot = new ArrayList<>();
            String parameter = arguments(operation.message(), slot);
            inputs.addAll(slot);
            if (!slot.isEmpty() && (parameter.equals("X") || parameter.equals("Input"))) {
              first = slot.getFirst();
            }
          }
          case 2 -> arguments(operation.message(), outputs);
          case 3 -> type = operation.text();
          case 4 -> skim(operation.message());
          default -> {}
        }
      }
      if (type.isEmpty()) {
        findings.problem(
            ProblemCode.MODEL_MALFORMED,
            "An operation has no type. Export the model again.",
            Place.atOffset(file, offset));
      }
      if (type.equals("py_func") || type.equals("py_layer")) {
        findings.problem(
            ProblemCode.MODEL_CODE_FORBIDDEN,
            "An operation runs Python code (%s). Use a model of standard operations."
                .formatted(type),
            Place.atOffset(file, offset));
      }
      if (main && type.equals("feed")) {
        fed.addAll(outputs);
      } else if (main && type.equals("fetch")) {
        fetched.addAll(inputs);
        inputs.forEach(findings.operations()::end);
      } else if (main) {
        findings.operations().add(type, first, outputs);
      } else {
        findings.operations().inner(type);
      }
    }

    /** Adds the tensors of a slot to {@code names}; returns the parameter that they are for. */
    private static String arguments(ProtoReader slot, List<String> names)
        throws MalformedModelException {
      String parameter = "";
      while (slot.next()) {
        switch (slot.field()) {
          case 1 -> parameter = slot.text();
          case 2 -> names.add(slot.text());
          default -> {}
        }
      }
      return parameter;
    }

    private static void skim(ProtoReader message) throws MalformedModelException {
      boolean more = message.next();
      while (more) {
        more = message.next();
      }
    }

    private void variable(ProtoReader variable, boolean main)
        throws RefusedException, MalformedModelException {
      String name = "";
      boolean persistable = false;
      Variable described = Variable.UNKNOWN;
      while (variable.next()) {
        switch (variable.field()) {
          case 1 -> name = variable.text();
          case 2 -> described = Variable.read(variable.message(), file, name, findings);
          case 3 -> persistable = variable.number() != 0;
          default -> {}
        }
      }
      if (main) {
        variables.put(name, described);
      }
      if (persistable && described.isTensor()) {
        parameters.put(name, described);
      }
    }
  }

  /** What a VarDesc says of its tensor. */
  record Variable(long kind, ElementType type, PartialShape shape) {
    private static final long LOD_TENSOR = 7;
    static final Variable UNKNOWN =
        new Variable(-1, ElementType.DYNAMIC, PartialShape.unknownRank());

    boolean isTensor() {
      return kind == LOD_TENSOR;
    }

    static Variable read(ProtoReader type, String file, String name, Findings findings)
        throws RefusedException, MalformedModelException {
      Variable variable = UNKNOWN;
      long kind = -1;
      while (type.next()) {
        if (type.field() == 1) {
          kind = type.number();
        } else if (type.field() == 3) {
          ProtoReader lodTensor = type.message();
          while (lodTensor.next()) {
            if (lodTensor.field() == 1) {
              variable =
                  PaddleParameters.tensor(
                      lodTensor.message(), true, Place.inFile(file).inLayer(name), findings);
            }
          }
        }
      }
      return new Variable(kind, variable.type(), variable.shape());
    }
  }
}
