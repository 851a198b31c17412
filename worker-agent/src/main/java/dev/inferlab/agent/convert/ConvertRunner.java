package dev.inferlab.agent.convert;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVino;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.WeightFormat;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ConvertResult;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;

/** Kind "convert": reads a model in any format that OpenVINO reads, writes it as IR. */
public final class ConvertRunner implements JobRunner {
  private static final Set<String> FORMATS =
      Set.of("IR", "ONNX", "TENSORFLOW", "TENSORFLOW_SAVED_MODEL", "TFLITE", "PADDLE");

  @Override
  public String kind() {
    return "convert";
  }

  @Override
  public ByteString run(JobContext job) throws JobFailedException, IOException {
    ConvertOptions options = options(job);
    Path main = mainPath(job.inputs(), options);
    job.progress(0.05, "Reading the model");
    try (Core core = new Core();
        Model model = read(core, main)) {
      job.progress(0.5, "Writing it as OpenVINO IR");
      Path xml = job.outputs().resolve("model.xml");
      write(model, xml, options.getCompressToFp16() ? WeightFormat.FP16 : WeightFormat.UNCHANGED);
      job.progress(0.9, "Storing the model");
      boolean channelsLast =
          options.getFormat().startsWith("T"); // TensorFlow's habit, also in TFLite
      return ConvertResult.newBuilder()
          .setXml(job.artifact(xml))
          .setBin(job.artifact(job.outputs().resolve("model.bin")))
          .addAllInputs(Ports.describe(model.inputs(), channelsLast))
          .addAllOutputs(Ports.describe(model.outputs(), channelsLast))
          .setRuntimeVersion(OpenVino.version())
          .setParameters(IrConstants.count(xml))
          .build()
          .toByteString();
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.MODEL_READ_FAILED, "The model cannot be used", e);
    }
  }

  private static ConvertOptions options(JobContext job) throws JobFailedException {
    try {
      ConvertOptions options = ConvertOptions.parseFrom(job.spec().getOptions());
      if (!FORMATS.contains(options.getFormat())) {
        throw Failure.MODEL_FORMAT_UNSUPPORTED.exception(
            "Models of the format '%s' cannot be converted on this target; it reads %s."
                .formatted(
                    options.getFormat(), String.join(", ", FORMATS.stream().sorted().toList())));
      }
      return options;
    } catch (InvalidProtocolBufferException e) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The options of the conversion cannot be read.", e);
    }
  }

  private static Path mainPath(Path inputs, ConvertOptions options) throws JobFailedException {
    Path main = inputs.resolve(options.getMainPath()).normalize();
    boolean folder = options.getFormat().equals("TENSORFLOW_SAVED_MODEL");
    boolean fits =
        folder
            ? Files.isDirectory(main, LinkOption.NOFOLLOW_LINKS)
            : Files.isRegularFile(main, LinkOption.NOFOLLOW_LINKS);
    if (!main.startsWith(inputs) || !fits) {
      throw Failure.JOB_OPTIONS_INVALID.exception(
          "The model's main %s is not among its files.".formatted(folder ? "folder" : "file"));
    }
    return main;
  }

  private static Model read(Core core, Path main) throws JobFailedException {
    try {
      return core.readModel(main, beside(main));
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.MODEL_READ_FAILED, "OpenVINO cannot read the model", e);
    }
  }

  /** An IR's weights under its name, so that OpenVINO need not search; null if there are none. */
  private static Path beside(Path main) {
    String name = main.getFileName().toString();
    if (!name.endsWith(".xml")) {
      return null;
    }
    Path bin = main.resolveSibling(name.substring(0, name.length() - 4) + ".bin");
    return Files.isRegularFile(bin) ? bin : null;
  }

  private static void write(Model model, Path xml, WeightFormat format)
      throws JobFailedException, IOException {
    try {
      model.save(xml, format);
    } catch (OpenVinoException | IllegalStateException e) {
      throw Failure.MODEL_WRITE_FAILED.exception("OpenVINO cannot write the model as IR.", e);
    } catch (FileSystemException e) {
      throw Failure.DISK_FULL.exception(
          "The target has no room for the converted model. Free some space there.", e);
    }
  }
}
