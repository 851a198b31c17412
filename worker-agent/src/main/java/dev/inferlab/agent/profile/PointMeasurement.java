package dev.inferlab.agent.profile;

import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.failure.Failure;
import dev.inferlab.agent.failure.JobFailedException;
import dev.inferlab.agent.runtime.RuntimeProblems;
import dev.inferlab.openvino.CompiledModel;
import dev.inferlab.openvino.Core;
import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.InferPool;
import dev.inferlab.openvino.InferRequest;
import dev.inferlab.openvino.LayerProfile;
import dev.inferlab.openvino.Model;
import dev.inferlab.openvino.OpenVinoException;
import dev.inferlab.openvino.Port;
import dev.inferlab.openvino.Property;
import dev.inferlab.openvino.RuntimeGraph;
import dev.inferlab.openvino.WeightFormat;
import dev.inferlab.proto.job.v1.ProfileMode;
import dev.inferlab.proto.job.v1.ProfileOptions;
import dev.inferlab.proto.job.v1.ProfilePoint;
import dev.inferlab.proto.job.v1.ProfilePointRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures one point: timing passes without counters, whose figures are published, then a pass with
 * counters that tells the layers and the executed graph.
 */
final class PointMeasurement {
  private static final double COUNTER_SECONDS = 2;

  private final JobContext job;
  private final Core core;
  private final Path xml;
  private final ProfileOptions options;
  private final ProfilePointRequest point;
  private final InputFiller filler;
  private final ProfilePoint.Builder result = ProfilePoint.newBuilder();

  PointMeasurement(
      JobContext job,
      Core core,
      Path xml,
      ProfileOptions options,
      ProfilePointRequest point,
      InputFiller filler) {
    this.job = job;
    this.core = core;
    this.xml = xml;
    this.options = options;
    this.point = point;
    this.filler = filler;
  }

  ProfilePoint measure() throws JobFailedException, IOException {
    result.setIndex(point.getIndex()).setBatch(point.getBatch());
    checkStreams();
    ProcessMemory.resetPeak();
    long start = System.nanoTime();
    try (Model model = read()) {
      result.setReadMs(millisSince(start));
      refuseTexts(model.inputs());
      refuseTexts(model.outputs());
      result.setBatch(PointShape.apply(model, point)).putAllShapes(PointShape.of(model.inputs()));
      timingPasses(model);
      result.setPeakMemoryBytes(ProcessMemory.peakBytes());
      counterPass(model);
    }
    return result.build();
  }

  /** OpenVINO ends its process over tensors of texts that only pass through a model. */
  private static void refuseTexts(List<Port> ports) throws JobFailedException {
    for (Port port : ports) {
      if (port.elementType() == ElementType.STRING) {
        throw Failure.MODEL_INPUT_UNFILLABLE.exception(
            "'%s' holds texts; only models whose inputs and outputs are numbers are measured. Cut the model behind its texts."
                .formatted(port.name()));
      }
    }
  }

  private void checkStreams() throws JobFailedException {
    Property.Range range;
    try {
      range = core.property(job.device(), Property.RANGE_FOR_STREAMS);
    } catch (OpenVinoException e) {
      return; // the device tells none
    }
    if (point.getStreams() > range.max()) {
      throw Failure.STREAMS_OUT_OF_RANGE.exception(
          "%d streams were asked for; the device takes %d to %d."
              .formatted(point.getStreams(), range.min(), range.max()));
    }
  }

  private Model read() throws JobFailedException {
    try {
      return core.readModel(xml);
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.MODEL_LOAD_FAILED, "OpenVINO cannot read the model", e);
    }
  }

  private CompiledModel compile(Model model, boolean counters) throws JobFailedException {
    try {
      return core.compile(model, job.device(), PointConfig.of(options, point, counters));
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(
          Failure.MODEL_COMPILE_FAILED, "The device cannot take the model", e);
    }
  }

  private void timingPasses(Model model) throws JobFailedException {
    long start = System.nanoTime();
    try (CompiledModel compiled = compile(model, false)) {
      result.setCompileMs(millisSince(start));
      describe(compiled);
      TimingLoop loop = new TimingLoop();
      try (InferPool pool = compiled.createPool(result.getRequests(), loop)) {
        filler.fill(compiled.inputs(), pool.requests());
        firstInference(pool, loop);
        pass(loop, pool, options.getWarmupSeconds());
        List<TimingLoop.Timing> timings = new ArrayList<>();
        for (int i = 0; i < Math.max(1, options.getRepeats()); i++) {
          timings.add(pass(loop, pool, options.getDurationSeconds()));
        }
        publish(timings);
      }
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.INFERENCE_FAILED, "The inference failed", e);
    }
  }

  private void firstInference(InferPool pool, TimingLoop loop) {
    InferRequest request = pool.take();
    long start = System.nanoTime();
    request.start();
    pool.drain();
    loop.requireNoFailure();
    result.setFirstInferenceMs((request.lastEndNanos() - start) / 1e6);
  }

  private TimingLoop.Timing pass(TimingLoop loop, InferPool pool, double seconds) {
    if (options.getMode() == ProfileMode.LATENCY) {
      InferRequest request = pool.take();
      try {
        return loop.synchronous(request, seconds);
      } finally {
        pool.giveBack(request);
      }
    }
    return loop.asynchronous(pool, seconds);
  }

  private void describe(CompiledModel compiled) {
    Map<String, String> properties = new TreeMap<>(compiled.properties());
    properties.remove(Property.SUPPORTED_PROPERTIES.key());
    result.putAllProperties(properties);
    result.setStreams(number(properties.get(Property.NUM_STREAMS.key()), point.getStreams()));
    int requests = point.getRequests();
    if (options.getMode() == ProfileMode.LATENCY) {
      requests = 1;
    } else if (requests == 0) {
      requests = number(properties.get(Property.OPTIMAL_NUMBER_OF_INFER_REQUESTS.key()), 1);
    }
    result.setRequests(requests);
  }

  private static int number(String text, int otherwise) {
    try {
      return text == null ? otherwise : Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /**
   * The figures are those of the median pass: none that did not really happen, unlike a mean of
   * percentiles.
   */
  private void publish(List<TimingLoop.Timing> timings) {
    for (TimingLoop.Timing timing : timings) {
      result.addRepeatThroughputFps(timing.perSecond() * result.getBatch());
    }
    List<TimingLoop.Timing> sorted =
        timings.stream().sorted(Comparator.comparingDouble(TimingLoop.Timing::perSecond)).toList();
    TimingLoop.Timing median = sorted.get((sorted.size() - 1) / 2);
    result
        .setThroughputFps(median.perSecond() * result.getBatch())
        .setLatency(median.latency())
        .setIterations(median.iterations())
        .setDurationSeconds(median.seconds());
  }

  private void counterPass(Model model) throws JobFailedException, IOException {
    try (CompiledModel compiled = compile(model, true)) {
      TimingLoop loop = new TimingLoop();
      try (InferPool pool = compiled.createPool(result.getRequests(), loop)) {
        filler.fill(compiled.inputs(), pool.requests());
        CounterPass.Cold cold = countedRuns(compiled, pool, loop);
        Path graph = job.outputs().resolve("graph-" + point.getIndex() + ".xml");
        try (Model runtime = compiled.runtimeModel()) {
          runtime.save(graph, WeightFormat.UNCHANGED);
        }
        result.setGraph(job.artifact(graph));
        result.setLayers(
            job.artifact(
                "layers-" + point.getIndex() + ".pb",
                CounterPass.layers(RuntimeGraph.read(graph), profile(pool), cold)));
      }
    } catch (OpenVinoException e) {
      throw RuntimeProblems.failure(Failure.INFERENCE_FAILED, "The pass with counters failed", e);
    }
  }

  /** Runs each request once, cold, and then for a while; answers what the cold runs took. */
  private CounterPass.Cold countedRuns(CompiledModel compiled, InferPool pool, TimingLoop loop) {
    double seconds = Math.min(COUNTER_SECONDS, options.getDurationSeconds());
    if (!job.device().startsWith("CPU")) {
      pass(loop, pool, seconds);
      return CounterPass.Cold.none();
    }
    long first = loop.round(pool);
    var micros = CounterPass.micros(compiled.runtimeGraph(), profile(pool));
    long further = pass(loop, pool, seconds).iterations();
    return new CounterPass.Cold(micros, first, first + further);
  }

  private static List<LayerProfile> profile(InferPool pool) {
    return pool.requests().getFirst().profile();
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
