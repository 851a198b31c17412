package dev.inferlab.agent.convert;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.modelir.graph.Cut;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.proto.job.v1.ConvertOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the part of a model that the options ask for, from IR that OpenVINO wrote. */
final class Cutting {
  private Cutting() {}

  static void cut(Path uncut, ConvertOptions options, Path cut, OptionProblems problems)
      throws JobFailedException, IOException {
    try {
      IrModel model = IrModel.read(uncut);
      for (Cut.Unfit unfit :
          Cut.apply(model.graph(), options.getCutInputsList(), options.getCutOutputsList())) {
        problems.add(
            "%s[%d]".formatted(unfit.input() ? "cutInputs" : "cutOutputs", unfit.index()),
            fault(unfit.fault()),
            unfit.reason());
      }
      problems.check();
      model.write(cut);
    } catch (MalformedModelException | IllegalStateException e) {
      throw Failure.MODEL_CONVERSION_FAILED.exception(
          "The model cannot be cut: %s.".formatted(e.getMessage()), e);
    }
  }

  private static OptionProblems.Fault fault(Cut.Fault fault) {
    return switch (fault) {
      case UNKNOWN -> OptionProblems.Fault.UNKNOWN;
      case UNSUITABLE -> OptionProblems.Fault.UNSUITABLE;
      case REPEATED -> OptionProblems.Fault.INVALID;
    };
  }
}
