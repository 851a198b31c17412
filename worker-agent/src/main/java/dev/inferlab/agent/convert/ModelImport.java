package dev.inferlab.agent.convert;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.modelir.caffe.CaffeImporter;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.inspect.ProblemCode;
import dev.inferlab.modelir.mxnet.MxnetImporter;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.proto.job.v1.ErrorClass;
import dev.inferlab.proto.job.v1.Location;
import dev.inferlab.proto.job.v1.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Brings models of formats that OpenVINO does not read into IR, for OpenVINO to go on from. */
final class ModelImport {
  private ModelImport() {}

  static boolean handles(ModelFormat format) {
    return format == ModelFormat.CAFFE || format == ModelFormat.MXNET;
  }

  /**
   * Writes the model as IR.
   *
   * @param shapes of inputs by name; MXNet's files hold none
   */
  static void toIr(SourceModel source, Map<String, PartialShape> shapes, Path xml)
      throws JobFailedException, IOException {
    String file = source.main().getFileName().toString();
    Path weights =
        source
            .weights()
            .orElseThrow(
                () -> Failure.JOB_OPTIONS_INVALID.exception("The model's weights are not there."));
    try {
      IrModel model =
          source.format() == ModelFormat.CAFFE
              ? CaffeImporter.read(source.main(), weights)
              : MxnetImporter.read(source.main(), weights, shapes);
      model.write(xml);
    } catch (LayerException e) {
      throw new JobFailedException(
          problem(e).toBuilder()
              .setLocation(
                  Location.newBuilder()
                      .setFile(file)
                      .setLine(e.line())
                      .setLayer(e.layer())
                      .setLayerType(e.type()))
              .build(),
          e);
    } catch (MalformedModelException e) {
      throw new JobFailedException(malformed(file, e), e);
    } catch (IllegalStateException e) {
      throw Failure.MODEL_LOAD_FAILED.exception(
          "The network's parts do not fit together: %s.".formatted(e.getMessage()), e);
    }
  }

  private static Problem problem(LayerException e) {
    return switch (e.fault()) {
      case UNSUPPORTED ->
          Failure.MODEL_OPERATION_UNSUPPORTED.problem(
              "The model cannot be converted to IR: %s. Export it to ONNX, or without that layer."
                  .formatted(e.getMessage()));
      case MALFORMED ->
          Problem.newBuilder()
              .setErrorClass(ErrorClass.INVALID_INPUT)
              .setCode(ProblemCode.MODEL_MALFORMED.name())
              .setDetail("The model cannot be read: %s.".formatted(e.getMessage()))
              .build();
      case WEIGHTS_MISMATCH ->
          Problem.newBuilder()
              .setErrorClass(ErrorClass.INVALID_INPUT)
              .setCode(ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH.name())
              .setDetail(
                  "The network and its weights contradict each other: %s. Send the two files of one network."
                      .formatted(e.getMessage()))
              .build();
    };
  }

  private static Problem malformed(String file, MalformedModelException e) {
    ProblemCode code =
        switch (e.fault()) {
          case TRUNCATED -> ProblemCode.MODEL_TRUNCATED;
          case MALFORMED -> ProblemCode.MODEL_MALFORMED;
          case TOO_COMPLEX -> ProblemCode.MODEL_TOO_COMPLEX;
        };
    return Problem.newBuilder()
        .setErrorClass(ErrorClass.INVALID_INPUT)
        .setCode(code.name())
        .setDetail("The model is damaged: %s.".formatted(e.getMessage()))
        .setLocation(Location.newBuilder().setFile(file).setLine(Math.max(0, e.line())))
        .build();
  }
}
