package dev.inferlab.agent.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.agent.fake.RunningAgent;
import dev.inferlab.openvino.CompiledModel;
import dev.inferlab.openvino.Config;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.Port;
import dev.inferlab.openvino.Property;
import dev.inferlab.openvino.Shape;
import dev.inferlab.openvino.Tensor;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An agent with its executors that converts models, and OpenVINO in the test to run them. */
final class ConvertLab implements AutoCloseable {
  private final Path folder;
  private final FakeScheduler scheduler;
  private final RunningAgent agent;
  private int jobs;

  /** Skips the tests where there is no OpenVINO. */
  ConvertLab(Path folder, String... options) throws Exception {
    this.folder = folder;
    scheduler = new FakeScheduler();
    agent = new RunningAgent(scheduler, folder.resolve("agent"), options);
    List<Device> devices = scheduler.awaitHello(1).getDevicesList();
    assumeThat(devices)
        .as("SKIPPED: OpenVINO is missing; run 'tools/fetch runtime'")
        .anyMatch(device -> device.getId().equals("CPU") && device.getAvailable());
  }

  /** A file that {@code tools/fetch models} brought; skips the test when it is not there. */
  static Path fetched(String name) {
    Path cache =
        Path.of(
            System.getenv()
                .getOrDefault(
                    "INFERLAB_CACHE", System.getProperty("user.home") + "/.cache/inferlab"));
    Path file = cache.resolve("packages").resolve(name);
    assumeThat(file).as("SKIPPED: run 'tools/fetch models'").exists();
    return file;
  }

  /** A small file of model-ir's tests. */
  static Path modelIr(String name) {
    return Path.of(System.getProperty("inferlab.root"), "model-ir/src/test/resources", name);
  }

  static Map<String, byte[]> files(Path... files) throws IOException {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    for (Path file : files) {
      bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return bytes;
  }

  /** Runs one conversion to its end, which must come within a minute. */
  Update run(Map<String, byte[]> files, ConvertOptions options) {
    String id = "convert-" + ++jobs;
    Assignment.Builder job = Jobs.assignment(id, "convert", "").setDevice("CPU");
    new TreeMap<>(files)
        .forEach(
            (path, bytes) ->
                job.getJobBuilder()
                    .addInputs(
                        FileRef.newBuilder().setPath(path).setDigest(scheduler.store.put(bytes))));
    job.getJobBuilder()
        .setOptions(options.toByteString())
        .setTimeLimit(Jobs.duration(Duration.ofMinutes(1)));
    scheduler.assign(job.build());
    return scheduler.awaitEnd(id);
  }

  ConvertResult convert(Map<String, byte[]> files, ConvertOptions options) throws IOException {
    Update end = run(files, options);
    assertThat(end.hasSucceeded()).as(end.toString()).isTrue();
    return ConvertResult.parseFrom(end.getSucceeded().getResult());
  }

  /**
   * The conversion's failure, which never holds anything of the machine or of OpenVINO's source.
   */
  Problem fail(Map<String, byte[]> files, ConvertOptions options) {
    Update end = run(files, options);
    assertThat(end.hasFailed()).as(end.toString()).isTrue();
    assertFitForUsers(end.getFailed());
    return end.getFailed();
  }

  /** Forgets all files, for tests with many. */
  void forget() {
    scheduler.store.clear();
  }

  void assertFitForUsers(Problem problem) {
    assertThat(problem.toString())
        .doesNotContain(folder.toString())
        .doesNotContain("Check '")
        .doesNotContain("src/")
        .doesNotContain("dev.inferlab")
        .doesNotContain("ov::");
  }

  String text(dev.inferlab.proto.job.v1.Digest artifact) {
    return scheduler.store.get(artifact).toStringUtf8();
  }

  Path ir(ConvertResult result) throws IOException {
    Path xml = folder.resolve("ir-" + result.getXml().getSha256().substring(0, 12) + ".xml");
    Files.write(xml, scheduler.store.get(result.getXml()).toByteArray());
    Files.write(
        Path.of(xml.toString().replace(".xml", ".bin")),
        scheduler.store.get(result.getBin()).toByteArray());
    return xml;
  }

  /** A tensor's shape and values. */
  record Values(long[] shape, float[] numbers) {}

  /** Outputs by name, computed in 32-bit floats. */
  static Map<String, Values> infer(Path model, Map<String, Values> inputs) {
    Config exact = Config.of(Property.INFERENCE_PRECISION, ElementType.F32);
    try (Core core = new Core();
        Model read = core.readModel(model);
        CompiledModel compiled = core.compile(read, "CPU", exact);
        InferRequest request = compiled.createRequest()) {
      inputs.forEach(
          (name, values) -> {
            try (Tensor tensor = Tensor.allocate(ElementType.F32, Shape.of(values.shape()))) {
              tensor.copyFrom(values.numbers());
              request.setInput(compiled.input(name).index(), tensor);
            }
          });
      request.infer();
      Map<String, Values> outputs = new LinkedHashMap<>();
      for (Port port : compiled.outputs()) {
        Tensor tensor = request.output(port.index());
        outputs.put(port.name(), new Values(tensor.shape().toArray(), tensor.toFloatArray()));
      }
      return outputs;
    }
  }

  @Override
  public void close() throws Exception {
    agent.close();
    scheduler.close();
  }
}
