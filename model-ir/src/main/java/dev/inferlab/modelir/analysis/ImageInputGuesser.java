package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.inspect.TensorInfo;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.modelir.tensor.ImageLayout;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Guesses how images become a model's input: from the model's own first operations where they tell,
 * else from the habits of the format that it came in, and says which.
 */
public final class ImageInputGuesser {
  // torchvision's transforms for ImageNet, (x / 255 - mean) / std, on pixels of 0 to 255.
  private static final Normalisation IMAGENET =
      new Normalisation(List.of(123.675, 116.28, 103.53), List.of(58.395, 57.12, 57.375));
  private static final Normalisation BY_255 = new Normalisation(List.of(), List.of(255.0));

  private final ModelAnalysis analysis;
  private final ModelFormat source;
  private final List<String> reasons = new ArrayList<>();
  private double confidence = 0.95;
  private Normalisation values = Normalisation.NOTHING;

  private ImageInputGuesser(ModelAnalysis analysis, ModelFormat source) {
    this.analysis = analysis;
    this.source = source;
  }

  /**
   * The guess for the input that most likely takes images.
   *
   * @param source the format that the user brought
   * @param builtIn what the conversion put before the network at the input of this name, in the
   *     order of the network's own channels
   * @return empty if no input has four dimensions with 1 or 3 channels
   */
  public static Optional<ImageInputGuess> guess(
      Graph graph,
      ModelAnalysis analysis,
      ModelFormat source,
      Function<String, Normalisation> builtIn) {
    return graph.parameters().stream()
        .map(parameter -> candidate(parameter, source, builtIn))
        .flatMap(Optional::stream)
        .min(Comparator.comparing(candidate -> candidate.channels() == 3 ? 0 : 1))
        .map(candidate -> new ImageInputGuesser(analysis, source).describe(candidate));
  }

  /** {@code steps}: of the network without what was built in. */
  private record Candidate(
      String name,
      Output tensor,
      String layout,
      long channels,
      FirstSteps steps,
      Normalisation builtIn) {
    PartialShape shape() {
      return tensor.shape();
    }

    long length(char axis) {
      return ImageInputGuesser.length(shape(), layout.indexOf(axis));
    }
  }

  private static Optional<Candidate> candidate(
      Node parameter, ModelFormat source, Function<String, Normalisation> builtIn) {
    Output tensor = parameter.output(0);
    if (!tensor.shape().hasRank() || tensor.shape().rank() != 4) {
      return Optional.empty();
    }
    FirstSteps steps = FirstSteps.of(tensor);
    String layout =
        tensor
            .layout()
            .filter(text -> text.equals("NCHW") || text.equals("NHWC"))
            .or(() -> steps.channelAxis().map(axis -> axis == 1 ? "NCHW" : "NHWC"))
            .orElseGet(() -> ImageLayout.of(tensor.shape(), source.channelsLast()));
    if (layout.isEmpty()) {
      return Optional.empty();
    }
    long channels = length(tensor.shape(), layout.indexOf('C'));
    if (!ImageChannels.fits(channels)) {
      return Optional.empty();
    }
    List<String> names = tensor.names();
    String name = names.isEmpty() ? parameter.name() : names.getFirst();
    Normalisation built = builtIn.apply(name);
    return Optional.of(new Candidate(name, tensor, layout, channels, steps.without(built), built));
  }

  private ImageInputGuess describe(Candidate input) {
    values(input);
    leaveOut(input.builtIn());
    String colour = colour(input);
    boolean yolo = isYolo(input);
    boolean imagenet =
        analysis.task().task() == Task.CLASSIFICATION
            && analysis.task().reason().contains("ImageNet");
    String resize = yolo ? "LETTERBOX" : imagenet ? "CROP" : "STRETCH";
    if (yolo) {
      reasons.add("YOLO networks are trained on whole images with grey borders");
    } else if (imagenet) {
      reasons.add("ImageNet's classifiers are trained on the middle of the image");
    }
    return new ImageInputGuess(
        input.name(),
        input.layout(),
        colour,
        values.mean(),
        values.scale(),
        resize,
        yolo ? 114 : 0,
        confidence,
        String.join("; ", reasons));
  }

  private String colour(Candidate input) {
    if (input.channels() == 1) {
      return "GRAY";
    }
    if (source == ModelFormat.CAFFE) {
      conclude(0.7, "Caffe's tools read images as BGR");
      return "BGR";
    }
    return "RGB";
  }

  /** What the conversion has built in is the user's word, before which a guess gives way. */
  private void leaveOut(Normalisation builtIn) {
    if (builtIn.isNothing()) {
      return;
    }
    Optional<Normalisation> left = values.without(builtIn);
    values = left.or(() -> Normalisation.NOTHING.without(builtIn)).orElseThrow();
    boolean both = !builtIn.mean().isEmpty() && !builtIn.scale().isEmpty();
    String what = both ? "mean and scale" : builtIn.mean().isEmpty() ? "a scale" : "a mean";
    if (both || left.isEmpty()) {
      reasons.clear();
      confidence = both ? 0.9 : 0.3;
    }
    reasons.add("the conversion has built %s in".formatted(what));
    if (values.mean().isEmpty()) {
      reasons.add("its numbers are for values of 0 to " + (values.scale().isEmpty() ? 255 : 1));
    }
  }

  /** Finds what is to be done to pixels of 0 to 255. */
  private void values(Candidate input) {
    FirstSteps steps = input.steps();
    ElementType type = input.tensor().type();
    if (type == ElementType.U8) {
      conclude(0.95, "the input takes bytes");
    } else if (steps.normalizes()) {
      own(steps);
    } else if (steps.range().isPresent()) {
      range(steps.range().get());
    } else if (isYolo(input)) {
      values = BY_255;
      conclude(0.7, "its output lists the boxes of a YOLO network, whose input is 0 to 1");
    } else if (source == ModelFormat.ONNX
        && input.channels() == 3
        && analysis.task().reason().contains("ImageNet")) {
      values = IMAGENET;
      conclude(0.4, "classifiers from PyTorch mostly take ImageNet's mean and deviation");
    } else {
      conclude(0.3, "nothing in the model tells its mean and scale");
    }
  }

  /** The model normalises: which numbers it does that to follows from the size of its own. */
  private void own(FirstSteps steps) {
    double factor = Math.abs(steps.factor());
    boolean pixels = factor < 0.1 || (factor < 2 && Math.abs(steps.shift()) > 2.5 * factor);
    conclude(
        0.9,
        "the model itself computes x * %.4g %s %.4g, which fits values of 0 to %s"
            .formatted(
                steps.factor(),
                steps.shift() < 0 ? "-" : "+",
                Math.abs(steps.shift()),
                pixels ? "255" : "1"));
    if (!pixels) {
      values = BY_255;
    }
  }

  /** A quantized input whose range is known: pixels are mapped onto it. */
  private void range(double[] range) {
    double span = range[1] - range[0];
    if (!(span > 0)) {
      conclude(0.3, "nothing in the model tells its mean and scale");
      return;
    }
    conclude(0.75, "the input is quantized from %.4g to %.4g".formatted(range[0], range[1]));
    if (span < 200) {
      double by = near(255 / span, 255, 127.5);
      double from = near(-range[0] * by, 0, 127.5);
      values = new Normalisation(from == 0 ? List.of() : List.of(from), List.of(by));
    }
  }

  /** Quantization rounds: a value close to one of the common ones is meant to be it. */
  private static double near(double value, double... common) {
    for (double candidate : common) {
      if (Math.abs(value - candidate) <= 2) {
        return candidate;
      }
    }
    return value;
  }

  private void conclude(double certainty, String reason) {
    confidence = Math.min(confidence, certainty);
    reasons.add(reason);
  }

  /** One box for each cell of grids with steps of 8, 16 and 32 pixels: [N, 4 + …, cells]. */
  private boolean isYolo(Candidate input) {
    long area = input.length('H') * input.length('W');
    long cells = area / 64 + area / 256 + area / 1024;
    return input.length('H') > 0
        && input.length('W') > 0
        && cells > 0
        && analysis.outputs().stream()
            .map(TensorInfo::shape)
            .filter(shape -> shape.hasRank() && shape.rank() == 3)
            .anyMatch(shape -> length(shape, 2) == cells && length(shape, 1) > 4);
  }

  private static long length(PartialShape shape, int axis) {
    return shape.dimension(axis).isStatic() ? shape.dimension(axis).length() : -1;
  }
}
