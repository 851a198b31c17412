package dev.inferlab.agent.convert;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.modelir.graph.FullPrecision;
import dev.inferlab.modelir.graph.IrModel;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.WeightFormat;
import dev.inferlab.proto.job.v1.ConvertOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Kind "convert": makes OpenVINO IR of a model in any format that is read here. Look into the
 * files, read, cut, reshape, build in what inputs need, write, describe.
 */
public final class ConvertRunner implements JobRunner {
  @Override
  public String kind() {
    return "convert";
  }

  @Override
  public ByteString run(JobContext job) throws JobFailedException, IOException {
    ConvertOptions options = options(job);
    OptionProblems problems = new OptionProblems();
    InputChanges changes = new InputChanges(options.getInputsList());
    changes.check(problems);
    job.progress(0.02, "Looking into the model");
    SourceModel source = SourceModel.find(job.inputs(), options);
    Path scratch = Files.createDirectory(job.outputs().resolve("scratch"));
    job.progress(0.1, "Reading the model");
    try (Core core = new Core();
        Model model = read(core, source, changes, options, scratch, problems)) {
      changes.check(model, problems);
      problems.check();
      changes.reshape(model);
      changes.buildIn(model);
      job.progress(0.5, "Writing it as OpenVINO IR");
      Path xml = job.outputs().resolve("model.xml");
      write(model, xml, options.getCompressToFp16() ? WeightFormat.FP16 : WeightFormat.UNCHANGED);
      if (options.getExpandToFp32()) {
        expand(xml, scratch);
      }
      job.progress(0.8, "Analysing it");
      try (Model written = readBack(core, xml)) {
        return new Description(job, source, changes, options.getCompressToFp16())
            .of(written, xml)
            .toByteString();
      }
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.MODEL_LOAD_FAILED, "The model cannot be used", e);
    }
  }

  private static ConvertOptions options(JobContext job) throws JobFailedException {
    try {
      return ConvertOptions.parseFrom(job.spec().getOptions());
    } catch (InvalidProtocolBufferException e) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The options of the conversion cannot be read.", e);
    }
  }

  private static Model read(
      Core core,
      SourceModel source,
      InputChanges changes,
      ConvertOptions options,
      Path scratch,
      OptionProblems problems)
      throws JobFailedException, IOException {
    Model whole = whole(core, source, changes, scratch);
    if (options.getCutInputsCount() == 0 && options.getCutOutputsCount() == 0) {
      return whole;
    }
    Path cut = scratch.resolve("cut.xml");
    try (whole) {
      Path uncut = scratch.resolve("uncut.xml");
      write(whole, uncut, WeightFormat.UNCHANGED);
      Cutting.cut(uncut, options, cut, problems);
    }
    return read(core, cut, null);
  }

  private static Model whole(Core core, SourceModel source, InputChanges changes, Path scratch)
      throws JobFailedException, IOException {
    try {
      if (!ModelImport.handles(source.format())) {
        return read(core, source.readable(scratch), source.weights().orElse(null));
      }
      Path imported = scratch.resolve("imported.xml");
      ModelImport.toIr(source, changes.shapes(), imported);
      return source.format() == ModelFormat.MXNET && !changes.shapes().isEmpty()
          ? shaped(core, imported, changes.shapes())
          : read(core, imported, null);
    } catch (JobFailedException e) {
      throw source.located(e);
    }
  }

  /** MXNet's files have no shapes, so the wished ones are in the IR from the beginning. */
  private static Model shaped(Core core, Path imported, Map<String, PartialShape> shapes)
      throws JobFailedException {
    try {
      return core.readModel(imported, null);
    } catch (OpenVinoException e) {
      throw InputChanges.impossible(shapes.values(), e);
    }
  }

  private static Model read(Core core, Path main, Path weights) throws JobFailedException {
    try {
      return core.readModel(main, weights);
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.MODEL_LOAD_FAILED, "OpenVINO cannot read the model", e);
    }
  }

  /** An IR that nobody can read is no result. */
  private static Model readBack(Core core, Path xml) throws JobFailedException {
    try {
      return core.readModel(xml, null);
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(
          Failure.MODEL_CONVERSION_FAILED, "The IR that was made cannot be read back", e);
    }
  }

  private static void expand(Path xml, Path scratch) throws JobFailedException, IOException {
    try {
      IrModel ir = IrModel.read(xml);
      if (FullPrecision.apply(ir.graph(), scratch.resolve("expanded.bin")) > 0) {
        ir.write(xml);
      }
    } catch (MalformedModelException | IllegalStateException e) {
      throw Failure.MODEL_CONVERSION_FAILED.exception(
          "The weights cannot be made FP32: %s.".formatted(e.getMessage()), e);
    }
  }

  private static void write(Model model, Path xml, WeightFormat format)
      throws JobFailedException, IOException {
    try {
      model.save(xml, format);
    } catch (OpenVinoException | IllegalStateException e) {
      throw Failure.MODEL_CONVERSION_FAILED.exception("OpenVINO cannot write the model as IR.", e);
    } catch (FileSystemException e) {
      throw Failure.DISK_FULL.exception(
          "The target has no room for the converted model. Free some space there.", e);
    }
  }
}
