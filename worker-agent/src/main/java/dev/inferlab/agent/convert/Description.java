package dev.inferlab.agent.convert;

import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.modelir.analysis.HalfPrecision;
import dev.inferlab.modelir.analysis.ImageInputGuesser;
import dev.inferlab.modelir.analysis.ModelAnalyzer;
import dev.inferlab.modelir.graph.GraphJson;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVino;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.ImageInputGuess;
import dev.inferlab.proto.job.v1.ModelAnalysis;
import dev.inferlab.proto.job.v1.TaskGuess;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the finished IR tells of itself: the result of a conversion. */
final class Description {
  private final JobContext job;
  private final SourceModel source;
  private final InputChanges changes;
  private final boolean halved;

  /** {@code halved}: the weights were to be written in FP16. */
  Description(JobContext job, SourceModel source, InputChanges changes, boolean halved) {
    this.job = job;
    this.source = source;
    this.changes = changes;
    this.halved = halved;
  }

  /**
   * @param model as {@code xml} gives it
   */
  ConvertResult of(Model model, Path xml) throws IOException, JobFailedException {
    IrModel ir = read(xml);
    new TensorSizes(source).check(ir.graph());
    dev.inferlab.modelir.analysis.ModelAnalysis analysis = ModelAnalyzer.analyze(ir);
    Ports ports = new Ports(ir.graph(), source.format());
    ConvertResult.Builder result =
        ConvertResult.newBuilder()
            .setXml(job.artifact(xml))
            .setBin(job.artifact(job.outputs().resolve("model.bin")))
            .setGraph(job.artifact(graph(ir)))
            .addAllInputs(ports.describe(model.inputs()))
            .addAllOutputs(ports.describe(model.outputs()))
            .setRuntimeVersion(OpenVino.version())
            .setParameters(analysis.parameters())
            .setAnalysis(message(analysis, halved ? HalfPrecision.notes(ir.graph()) : List.of()))
            .setTask(
                TaskGuess.newBuilder()
                    .setTask(analysis.task().task().restName())
                    .setConfidence(analysis.task().confidence())
                    .setReason(analysis.task().reason()));
    ImageInputGuesser.guess(
            ir.graph(), analysis, source.format(), input -> changes.normalisation(model, input))
        .ifPresent(
            guess -> result.setImageInput(message(guess, changes.reverses(model, guess.input()))));
    return result.build();
  }

  private static IrModel read(Path xml) throws IOException, JobFailedException {
    try {
      return IrModel.read(xml);
    } catch (MalformedModelException e) {
      throw Failure.MODEL_CONVERSION_FAILED.exception(
          "The IR that OpenVINO wrote cannot be read back: %s.".formatted(e.getMessage()), e);
    }
  }

  private Path graph(IrModel ir) throws IOException {
    Path json = job.outputs().resolve("graph.json");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(json))) {
      GraphJson.write(ir.graph(), out);
    }
    return json;
  }

  private static ModelAnalysis message(
      dev.inferlab.modelir.analysis.ModelAnalysis analysis, List<String> notes) {
    ModelAnalysis.Builder message =
        ModelAnalysis.newBuilder()
            .setParameters(analysis.parameters())
            .setZeroParameters(analysis.zeroParameters())
            .setWeightsBytes(analysis.weightsBytes())
            .putAllOperations(analysis.operations())
            .addAllOpsets(analysis.opsets())
            .putAllWeightPrecisions(analysis.weightPrecisions())
            .addAllActivationPrecisions(analysis.activationPrecisions())
            .setQuantized(analysis.quantization().quantized())
            .setQuantizedReason(analysis.quantization().reason())
            .addAllNotes(analysis.notes())
            .addAllNotes(notes);
    analysis.floatOperations().ifPresent(message::setFloatOperations);
    analysis.integerOperations().ifPresent(message::setIntegerOperations);
    analysis.minMemoryBytes().ifPresent(message::setMinMemoryBytes);
    analysis.maxMemoryBytes().ifPresent(message::setMaxMemoryBytes);
    return message.build();
  }

  private static ImageInputGuess message(
      dev.inferlab.modelir.analysis.ImageInputGuess guess, boolean reversed) {
    ImageInputGuess.Builder message =
        ImageInputGuess.newBuilder()
            .setInput(guess.input())
            .setConfidence(guess.confidence())
            .setReason(guess.reason());
    message
        .getSpecBuilder()
        .setLayout(guess.layout())
        .setColour(reversed ? opposite(guess.colour()) : guess.colour())
        .addAllMean(reversed ? guess.mean().reversed() : guess.mean())
        .addAllScale(reversed ? guess.scale().reversed() : guess.scale())
        .setResize(guess.resize())
        .setPadValue(guess.padValue());
    return message.build();
  }

  private static String opposite(String colour) {
    return colour.equals("RGB") ? "BGR" : "RGB";
  }
}
