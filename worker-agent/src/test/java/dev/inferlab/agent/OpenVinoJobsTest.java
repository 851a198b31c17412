package dev.inferlab.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.fake.FakeScheduler;
import dev.inferlab.agent.fake.Jobs;
import dev.inferlab.agent.fake.RunningAgent;
import dev.inferlab.proto.agent.v1.Assignment;
import dev.inferlab.proto.agent.v1.Update;
import dev.inferlab.proto.job.v1.ConvertOptions;
import dev.inferlab.proto.job.v1.ConvertResult;
import dev.inferlab.proto.job.v1.Device;
import dev.inferlab.proto.job.v1.FileRef;
import dev.inferlab.proto.job.v1.InputSpec;
import dev.inferlab.proto.job.v1.LayerTable;
import dev.inferlab.proto.job.v1.ModelPort;
import dev.inferlab.proto.job.v1.Problem;
import dev.inferlab.proto.job.v1.ProfileMode;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.ProfilePoint;
import dev.inferlab.proto.job.v1.ProfilePointRequest;
import dev.inferlab.proto.job.v1.ProfileResult;
import dev.inferlab.proto.job.v1.ResultPart;
import dev.inferlab.proto.job.v1.TensorShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped job kinds on real models. Needs {@code tools/fetch runtime} and {@code tools/fetch
 * models qonnx}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenVinoJobsTest {
  private static final Path PACKAGES =
      Path.of(
              System.getenv()
                  .getOrDefault(
                      "INFERLAB_CACHE", System.getProperty("user.home") + "/.cache/inferlab"))
          .resolve("packages");
  private static final Path MNIST = PACKAGES.resolve("qonnx/qonnx/data/onnx/mnist-conv/model.onnx");

  @TempDir static Path folder;
  private FakeScheduler scheduler;
  private RunningAgent agent;
  private ConvertResult mnist;

  @BeforeAll
  void start() throws Exception {
    scheduler = new FakeScheduler();
    agent = new RunningAgent(scheduler, folder);
    List<Device> devices = scheduler.awaitHello(1).getDevicesList();
    boolean usable = devices.stream().anyMatch(d -> d.getId().equals("CPU") && d.getAvailable());
    if (!usable || !Files.exists(MNIST)) {
      System.err.println(
          "SKIPPED: OpenVinoJobsTest needs 'tools/fetch runtime' and 'tools/fetch models qonnx'.");
    }
    assumeThat(usable).as("OpenVINO runtime: " + devices).isTrue();
    assumeThat(MNIST).as("run 'tools/fetch models qonnx'").exists();
    mnist =
        ConvertResult.parseFrom(
            convert(
                    "mnist",
                    "ONNX",
                    "model.onnx",
                    false,
                    Map.of("model.onnx", Files.readAllBytes(MNIST)))
                .getSucceeded()
                .getResult());
  }

  @AfterAll
  void stop() throws Exception {
    agent.close();
    scheduler.close();
  }

  private Update convert(
      String id, String format, String main, boolean fp16, Map<String, byte[]> files) {
    Assignment.Builder job = Jobs.assignment(id, "convert", "").setDevice("CPU");
    new TreeMap<>(files)
        .forEach(
            (path, bytes) ->
                job.getJobBuilder()
                    .addInputs(
                        FileRef.newBuilder().setPath(path).setDigest(scheduler.store.put(bytes))));
    job.getJobBuilder()
        .setOptions(
            ConvertOptions.newBuilder()
                .setFormat(format)
                .setMainPath(main)
                .setCompressToFp16(fp16)
                .build()
                .toByteString());
    scheduler.assign(job.build());
    return scheduler.awaitEnd(id);
  }

  private Assignment.Builder profile(
      String id, ConvertResult model, ProfileOptions.Builder options) {
    Assignment.Builder job = Jobs.exclusive(id, "profile", "").setDevice("CPU");
    job.getJobBuilder()
        .addInputs(FileRef.newBuilder().setPath("model.xml").setDigest(model.getXml()))
        .addInputs(FileRef.newBuilder().setPath("model.bin").setDigest(model.getBin()))
        .setOptions(options.build().toByteString());
    return job;
  }

  private static ProfileOptions.Builder options(ProfileMode mode) {
    return ProfileOptions.newBuilder().setMode(mode).setDurationSeconds(0.5).setWarmupSeconds(0.1);
  }

  private static ProfilePointRequest point(int index, int batch, int streams) {
    return ProfilePointRequest.newBuilder()
        .setIndex(index)
        .setBatch(batch)
        .setStreams(streams)
        .build();
  }

  private List<ProfilePoint> points(String id) throws IOException {
    List<ProfilePoint> points = new ArrayList<>();
    for (Update update : scheduler.updates()) {
      if (update.getJobId().equals(id) && update.hasPart()) {
        points.add(ProfilePoint.parseFrom(update.getPart().getPayload()));
      }
    }
    return points;
  }

  private static byte[] images() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 3; i++) {
        zip.putNextEntry(new ZipEntry("images/" + i + ".png"));
        BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
        image.createGraphics().fillRect(i, i, 10, 20);
        ImageIO.write(image, "png", zip);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void anOnnxModelBecomesIr() {
    ModelPort input = mnist.getInputs(0);
    assertThat(input.getShapeList()).containsExactly(1L, 1L, 28L, 28L);
    assertThat(input.getElementType()).isEqualTo("f32");
    assertThat(input.getLayout()).isEqualTo("NCHW");
    assertThat(mnist.getOutputs(0).getShapeList()).containsExactly(1L, 10L);
    assertThat(mnist.getRuntimeVersion()).startsWith("2026.");
    assertThat(mnist.getParameters()).isGreaterThan(5_000);
    assertThat(scheduler.store.get(mnist.getXml()).toStringUtf8())
        .contains("<net")
        .doesNotContain(folder.toString());
    assertThat(scheduler.store.get(mnist.getBin()).size()).isGreaterThan(20_000);
  }

  @Test
  void fp16HalvesTheWeights() throws Exception {
    Update end =
        convert(
            "mnist16", "ONNX", "model.onnx", true, Map.of("model.onnx", Files.readAllBytes(MNIST)));
    ConvertResult half = ConvertResult.parseFrom(end.getSucceeded().getResult());
    assertThat(half.getBin().getSizeBytes()).isLessThan(mnist.getBin().getSizeBytes() * 6 / 10);
  }

  @Test
  void anIrStaysAnIr() throws Exception {
    Update end =
        convert(
            "again",
            "IR",
            "m.xml",
            false,
            Map.of(
                "m.xml", scheduler.store.get(mnist.getXml()).toByteArray(),
                "m.bin", scheduler.store.get(mnist.getBin()).toByteArray()));
    ConvertResult again = ConvertResult.parseFrom(end.getSucceeded().getResult());
    assertThat(again.getBin()).isEqualTo(mnist.getBin());
    assertThat(again.getParameters()).isEqualTo(mnist.getParameters());
  }

  @Test
  void brokenModelsAreTheUsersFault() throws Exception {
    byte[] whole = Files.readAllBytes(MNIST);
    Map<String, byte[]> brokenFiles =
        Map.of(
            "MODEL_TRUNCATED", Arrays.copyOf(whole, whole.length / 2),
            "MODEL_NOT_RECOGNISED", "not a model".getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, byte[]> broken : brokenFiles.entrySet()) {
      Problem problem =
          convert(
                  "broken-" + broken.getKey(),
                  "ONNX",
                  "m.onnx",
                  false,
                  Map.of("m.onnx", broken.getValue()))
              .getFailed();
      assertThat(problem.getCode()).as(problem.toString()).isEqualTo(broken.getKey());
      assertThat(problem.getDetail()).doesNotContain(folder.toString());
    }
    Problem missing =
        convert("missing", "ONNX", "other.onnx", false, Map.of("m.onnx", whole)).getFailed();
    assertThat(missing.getCode()).isEqualTo("JOB_OPTIONS_INVALID");
    Problem format =
        convert("format", "PICKLE", "m.pkl", false, Map.of("m.pkl", whole)).getFailed();
    assertThat(format.getCode()).isEqualTo("MODEL_FORMAT_UNSUPPORTED");
  }

  @Test
  void aSweepMeasuresEveryPointWithImages() throws Exception {
    ProfileOptions.Builder options =
        options(ProfileMode.THROUGHPUT)
            .setRepeats(3)
            .setInferencePrecision("f32")
            .setInput(
                InputSpec.newBuilder()
                    .setLayout("NCHW")
                    .setColour("GRAY")
                    .addMean(0)
                    .addScale(255)
                    .setResize("LETTERBOX")
                    .setPadValue(114))
            .addPoints(point(0, 1, 1))
            .addPoints(point(1, 1, 2));
    Assignment.Builder job = profile("sweep", mnist, options);
    job.getJobBuilder()
        .addInputs(
            FileRef.newBuilder().setPath("dataset.zip").setDigest(scheduler.store.put(images())));
    scheduler.assign(job.build());
    Update end = scheduler.awaitEnd("sweep");
    assertThat(end.hasSucceeded()).as(end.toString()).isTrue();
    ProfileResult result = ProfileResult.parseFrom(end.getSucceeded().getResult());
    assertThat(result.getPointsSucceeded()).as(points("sweep").toString()).isEqualTo(2);
    assertThat(result.getEnvironment().getInputSource()).isEqualTo("dataset");
    assertThat(result.getEnvironment().getDeviceFullName()).isNotBlank();
    assertThat(result.getEnvironment().getRuntimeVersion()).startsWith("2026.");
    assertThat(result.getEnvironment().getTargetId()).isEqualTo(agent.agent().targetId());

    ProfilePoint point = points("sweep").get(1);
    assertThat(point.getBatch()).isEqualTo(1);
    assertThat(point.getStreams()).isEqualTo(2);
    assertThat(point.getRequests()).isPositive();
    assertThat(point.getRepeatThroughputFpsList()).hasSize(3).contains(point.getThroughputFps());
    assertThat(point.getThroughputFps())
        .isCloseTo(
            point.getIterations() / point.getDurationSeconds(), Percentage.withPercentage(0.1));
    assertThat(point.getLatency().getMin())
        .isPositive()
        .isLessThanOrEqualTo(point.getLatency().getP50());
    assertThat(point.getLatency().getP50()).isLessThanOrEqualTo(point.getLatency().getP99());
    assertThat(point.getLatency().getP99()).isLessThanOrEqualTo(point.getLatency().getMax());
    assertThat(point.getReadMs()).isPositive();
    assertThat(point.getCompileMs()).isPositive();
    assertThat(point.getFirstInferenceMs()).isPositive();
    assertThat(point.getPeakMemoryBytes()).isGreaterThan(20L << 20);
    assertThat(point.getPropertiesMap())
        .containsEntry("NUM_STREAMS", "2")
        .containsEntry("INFERENCE_PRECISION_HINT", "f32");

    LayerTable layers = LayerTable.parseFrom(scheduler.store.get(point.getLayers()));
    assertThat(layers.getLayersList())
        .anyMatch(
            l ->
                l.getType().equals("Convolution")
                    && l.getTimeUs() > 0
                    && !l.getPrimitive().isEmpty());
    assertThat(layers.getLayersList().stream().mapToDouble(l -> l.getShare()).sum())
        .isCloseTo(1, Offset.offset(1e-9));
    assertThat(scheduler.store.get(point.getGraph()).toStringUtf8()).contains("execTimeMcs");
  }

  @Test
  void anUnknownResizeRuleIsNamed() throws Exception {
    ProfileOptions.Builder options =
        options(ProfileMode.LATENCY)
            .setInput(InputSpec.newBuilder().setLayout("NCHW").setColour("GRAY").setResize("ZOOM"))
            .addPoints(point(0, 1, 1));
    Assignment.Builder job = profile("zoom", mnist, options);
    job.getJobBuilder()
        .addInputs(
            FileRef.newBuilder().setPath("dataset.zip").setDigest(scheduler.store.put(images())));
    scheduler.assign(job.build());
    scheduler.awaitEnd("zoom");
    Problem problem = points("zoom").getFirst().getProblem();
    assertThat(problem.getCode()).isEqualTo("JOB_OPTIONS_INVALID");
    assertThat(problem.getDetail()).contains("ZOOM").contains("LETTERBOX");
  }

  @Test
  void latencyModeRunsOneRequest() throws Exception {
    scheduler.assign(
        profile("latency", mnist, options(ProfileMode.LATENCY).addPoints(point(0, 1, 1))).build());
    ProfileResult result =
        ProfileResult.parseFrom(scheduler.awaitEnd("latency").getSucceeded().getResult());
    assertThat(result.getEnvironment().getInputSource()).isEqualTo("random");
    ProfilePoint point = points("latency").getFirst();
    assertThat(point.getRequests()).isEqualTo(1);
    assertThat(point.getThroughputFps()).isPositive();
  }

  @Test
  void automaticChoiceIsReportedAsWhatItChose() throws Exception {
    ProfilePointRequest auto = ProfilePointRequest.newBuilder().setAuto(true).build();
    scheduler.assign(
        profile("auto", mnist, options(ProfileMode.THROUGHPUT).addPoints(auto)).build());
    assertThat(scheduler.awaitEnd("auto").hasSucceeded()).isTrue();
    ProfilePoint point = points("auto").getFirst();
    assertThat(point.getStreams()).isPositive();
    assertThat(point.getRequests()).isPositive();
    assertThat(point.getBatch()).isEqualTo(1);
  }

  @Test
  void aSweepOfWhichNothingCouldBeMeasuredHasFailed() throws Exception {
    ProfileOptions.Builder options =
        options(ProfileMode.THROUGHPUT)
            .addPoints(point(0, 1, 10_000))
            .addPoints(point(1, 1, 20_000));
    scheduler.assign(profile("none", mnist, options).build());
    assertThat(scheduler.awaitEnd("none").getFailed().getCode()).isEqualTo("STREAMS_OUT_OF_RANGE");
    assertThat(points("none")).hasSize(2).allMatch(ProfilePoint::hasProblem);
  }

  @Test
  void aFailingPointDoesNotEndTheSweep() throws Exception {
    ProfileOptions.Builder options =
        options(ProfileMode.THROUGHPUT).addPoints(point(0, 1, 10_000)).addPoints(point(1, 1, 1));
    scheduler.assign(profile("partly", mnist, options).build());
    ProfileResult result =
        ProfileResult.parseFrom(scheduler.awaitEnd("partly").getSucceeded().getResult());
    assertThat(result.getPointsFailed()).isEqualTo(1);
    assertThat(result.getPointsSucceeded()).isEqualTo(1);
    assertThat(points("partly").getFirst().getProblem().getCode())
        .isEqualTo("STREAMS_OUT_OF_RANGE");
  }

  @Test
  void aBatchThatTheModelCannotTakeIsAFailedPoint() throws Exception {
    ProfileOptions.Builder options = options(ProfileMode.THROUGHPUT).addPoints(point(0, 4, 1));
    scheduler.assign(profile("batch", mnist, options).build());
    assertThat(scheduler.awaitEnd("batch").getFailed().getCode()).isEqualTo("MODEL_RESHAPE_FAILED");
    Problem problem = points("batch").getFirst().getProblem();
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("MODEL_RESHAPE_FAILED");
    assertThat(problem.getDetail())
        .as("no path of the target")
        .doesNotContain("/tmp")
        .doesNotContain("src/");
  }

  @Test
  void aModelWithOpenDimensionsIsMeasuredAtThreeShapes() throws Exception {
    ConvertResult open = openModel();
    List<List<Long>> shapes =
        List.of(List.of(1L, 3L, 8L, 8L), List.of(1L, 3L, 16L, 24L), List.of(4L, 3L, 8L, 8L));
    ProfileOptions.Builder options = options(ProfileMode.THROUGHPUT);
    for (List<Long> shape : shapes) {
      options.addPoints(
          point(options.getPointsCount(), 0, 1).toBuilder()
              .putShapes("image", TensorShape.newBuilder().addAllDimensions(shape).build()));
    }
    options.addPoints(point(3, 1, 1));
    scheduler.assign(profile("shapes", open, options).build());
    ProfileResult result =
        ProfileResult.parseFrom(scheduler.awaitEnd("shapes").getSucceeded().getResult());
    List<ProfilePoint> points = points("shapes");
    assertThat(result.getPointsSucceeded()).as(points.toString()).isEqualTo(3);
    assertThat(points.subList(0, 3))
        .extracting(point -> point.getShapesOrThrow("image").getDimensionsList())
        .containsExactlyElementsOf(shapes);
    assertThat(points.subList(0, 3)).extracting(ProfilePoint::getBatch).containsExactly(1, 1, 4);
    for (int i = 0; i < 3; i++) {
      String dimensions =
          shapes.get(i).toString().replace(" ", ""); // as the executed graph writes them
      LayerTable layers = LayerTable.parseFrom(scheduler.store.get(points.get(i).getLayers()));
      assertThat(layers.getLayersList())
          .as("what really ran")
          .anyMatch(layer -> layer.getOutputsList().contains("f32" + dimensions));
      assertThat(points.get(i).getThroughputFps())
          .isCloseTo(
              points.get(i).getBatch()
                  * points.get(i).getIterations()
                  / points.get(i).getDurationSeconds(),
              Percentage.withPercentage(0.1));
    }
    Problem problem = points.get(3).getProblem();
    assertThat(problem.getCode()).as("a batch alone").isEqualTo("MODEL_INPUT_DYNAMIC");
    assertThat(problem.getDetail()).contains("image").contains("shapes");
  }

  @Test
  void shapesOfInputsThatAreNotThereFailThePoint() throws Exception {
    ProfilePointRequest.Builder twoInputs = point(0, 0, 1).toBuilder();
    for (String name : List.of("image", "sound")) {
      twoInputs.putShapes(
          name, TensorShape.newBuilder().addAllDimensions(List.of(1L, 3L, 8L, 8L)).build());
    }
    scheduler.assign(
        profile("sound", openModel(), options(ProfileMode.THROUGHPUT).addPoints(twoInputs))
            .build());
    scheduler.awaitEnd("sound");
    Problem problem = points("sound").getFirst().getProblem();
    assertThat(problem.getCode()).isEqualTo("JOB_OPTIONS_INVALID");
    assertThat(problem.getDetail()).contains("sound").contains("image");
  }

  /** ReLU of images of any number and size. */
  private ConvertResult openModel() {
    String dims = "<dim>-1</dim><dim>3</dim><dim>-1</dim><dim>-1</dim>";
    String xml =
        """
        <?xml version="1.0"?>
        <net name="open" version="11">
        <layers>
        <layer id="0" name="image" type="Parameter" version="opset1">
        <data shape="?,3,?,?" element_type="f32"/>
        <output><port id="0" precision="FP32" names="image">%1$s</port></output>
        </layer>
        <layer id="1" name="relu" type="ReLU" version="opset1">
        <input><port id="0" precision="FP32">%1$s</port></input>
        <output><port id="1" precision="FP32" names="sum">%1$s</port></output>
        </layer>
        <layer id="2" name="result" type="Result" version="opset1">
        <input><port id="0" precision="FP32">%1$s</port></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
        <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
        </edges>
        </net>
        """
            .formatted(dims);
    return ConvertResult.newBuilder()
        .setXml(scheduler.store.put(xml.getBytes(StandardCharsets.UTF_8)))
        .setBin(scheduler.store.put(new byte[0]))
        .build();
  }

  /** It ends OpenVINO's process where the texts only pass through. */
  @Test
  void aModelOfTextsIsNotMeasured() throws Exception {
    scheduler.assign(
        profile("texts", textModel(), options(ProfileMode.THROUGHPUT).addPoints(point(0, 0, 1)))
            .build());
    assertThat(scheduler.awaitEnd("texts").getFailed().getCode())
        .isEqualTo("MODEL_INPUT_UNFILLABLE");
    assertThat(points("texts").getFirst().getProblem().getDetail()).contains("'texts'");
  }

  /** Gives two texts back. */
  private ConvertResult textModel() {
    String xml =
        """
        <?xml version="1.0"?>
        <net name="texts" version="11">
        <layers>
        <layer id="0" name="texts" type="Parameter" version="opset1">
        <data shape="1,2" element_type="string"/>
        <output><port id="0" precision="STRING" names="texts"><dim>1</dim><dim>2</dim></port></output>
        </layer>
        <layer id="1" name="result" type="Result" version="opset1">
        <input><port id="0" precision="STRING"><dim>1</dim><dim>2</dim></port></input>
        </layer>
        </layers>
        <edges>
        <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
        </edges>
        </net>
        """;
    return ConvertResult.newBuilder()
        .setXml(scheduler.store.put(xml.getBytes(StandardCharsets.UTF_8)))
        .setBin(scheduler.store.put(new byte[0]))
        .build();
  }

  @Test
  void wrongPropertiesAreNamed() throws Exception {
    ProfileOptions.Builder options =
        options(ProfileMode.THROUGHPUT)
            .addPoints(point(0, 1, 1))
            .putProperties("NO_SUCH_PROPERTY", "1");
    scheduler.assign(profile("property", mnist, options).build());
    scheduler.awaitEnd("property");
    Problem problem = points("property").getFirst().getProblem();
    assertThat(problem.getCode()).as(problem.toString()).isEqualTo("PROPERTY_INVALID");
    assertThat(problem.getDetail()).contains("NO_SUCH_PROPERTY");
  }

  @Test
  void pointsOfAnEarlierAttemptAreNotMeasuredAgain() throws Exception {
    ProfilePoint earlier = ProfilePoint.newBuilder().setIndex(0).setThroughputFps(1).build();
    Assignment.Builder job =
        profile(
                "resumed",
                mnist,
                options(ProfileMode.THROUGHPUT).addPoints(point(0, 1, 1)).addPoints(point(1, 1, 2)))
            .addCompletedParts("point/0")
            .addParts(ResultPart.newBuilder().setKey("point/0").setPayload(earlier.toByteString()));
    scheduler.assign(job.build());
    ProfileResult result =
        ProfileResult.parseFrom(scheduler.awaitEnd("resumed").getSucceeded().getResult());
    assertThat(result.getPointsSucceeded()).isEqualTo(2);
    assertThat(points("resumed").stream().map(ProfilePoint::getIndex)).containsExactly(1);
  }

  @Test
  void aPointThatRanOutOfMemoryIsMeasuredByTheNextAttempt() throws Exception {
    Assignment.Builder job =
        profile(
            "repeated",
            mnist,
            options(ProfileMode.THROUGHPUT).addPoints(point(0, 1, 1)).addPoints(point(1, 1, 2)));
    List<Failure> failures = List.of(Failure.OUT_OF_MEMORY, Failure.STREAMS_OUT_OF_RANGE);
    for (int i = 0; i < failures.size(); i++) {
      ProfilePoint failed =
          ProfilePoint.newBuilder()
              .setIndex(i)
              .setProblem(failures.get(i).problem("before"))
              .build();
      job.addCompletedParts("point/" + i)
          .addParts(ResultPart.newBuilder().setKey("point/" + i).setPayload(failed.toByteString()));
    }
    scheduler.assign(job.build());
    ProfileResult result =
        ProfileResult.parseFrom(scheduler.awaitEnd("repeated").getSucceeded().getResult());
    assertThat(result.getPointsSucceeded()).isEqualTo(1);
    assertThat(result.getPointsFailed()).as("what cannot pass stays").isEqualTo(1);
    assertThat(points("repeated").stream().map(ProfilePoint::getIndex)).containsExactly(0);
    assertThat(points("repeated").getFirst().getThroughputFps()).isPositive();
  }

  @Test
  void anUnknownDeviceIsSaidSo() throws Exception {
    Assignment.Builder job =
        profile("npu", mnist, options(ProfileMode.THROUGHPUT).addPoints(point(0, 1, 1)));
    scheduler.assign(job.setDevice("NPU").build());
    assertThat(scheduler.awaitEnd("npu").getFailed().getCode()).isEqualTo("DEVICE_UNAVAILABLE");
  }

  @Test
  void anIrOfTheAssetsIsMeasured() throws Exception {
    Path assets =
        Path.of(
            System.getProperty("inferlab.root"),
            "../shared/assets/models/image-classification/squeezenet1.1-fp16-ir");
    assumeThat(assets).as("the shared assets are there").exists();
    ConvertResult squeezenet =
        ConvertResult.newBuilder()
            .setXml(scheduler.store.put(Files.readAllBytes(assets.resolve("squeezenet1.1.xml"))))
            .setBin(scheduler.store.put(Files.readAllBytes(assets.resolve("squeezenet1.1.bin"))))
            .build();
    scheduler.assign(
        profile("squeezenet", squeezenet, options(ProfileMode.THROUGHPUT).addPoints(point(0, 2, 1)))
            .build());
    Update end = scheduler.awaitEnd("squeezenet");
    assertThat(end.hasSucceeded()).as(end.toString()).isTrue();
    assertThat(points("squeezenet").getFirst().getThroughputFps())
        .as(points("squeezenet").toString())
        .isPositive();
  }
}
