package dev.inferlab.modelir.analysis;

import dev.inferlab.modelir.graph.Graph;
import dev.inferlab.modelir.graph.Node;
import dev.inferlab.modelir.graph.Output;
import dev.inferlab.modelir.inspect.ModelFormat;
import dev.inferlab.modelir.inspect.TensorInfo;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Guesses how images become a model's input: from the model's own first operations where they tell,
 * else from the habits of the format that it came in, and says which.
 */
public final class ImageInputGuesser {
  // torchvision's transforms for ImageNet, (x / 255 - mean) / std, on pixels of 0 to 255.
  private static final List<Double> IMAGENET_MEAN = List.of(123.675, 116.28, 103.53);
  private static final List<Double> IMAGENET_SCALE = List.of(58.395, 57.12, 57.375);

  private final ModelAnalysis analysis;
  private final ModelFormat source;
  private final List<String> reasons = new ArrayList<>();
  private double confidence = 0.95;
  private List<Double> mean = List.of();
  private List<Double> scale = List.of();

  private ImageInputGuesser(ModelAnalysis analysis, ModelFormat source) {
    this.analysis = analysis;
    this.source = source;
  }

  /**
   * The guess for the input that most likely takes images.
   *
   * @param source the format that the user brought
   * @return empty if no input has four dimensions with 1 or 3 channels
   */
  public static Optional<ImageInputGuess> guess(
      Graph graph, ModelAnalysis analysis, ModelFormat source) {
    return graph.parameters().stream()
        .map(parameter -> candidate(parameter, source))
        .flatMap(Optional::stream)
        .min(Comparator.comparing(candidate -> candidate.channels() == 3 ? 0 : 1))
        .map(candidate -> new ImageInputGuesser(analysis, source).describe(candidate));
  }

  private record Candidate(Output tensor, String layout, long channels, FirstSteps steps) {
    PartialShape shape() {
      return tensor.shape();
    }

    long length(char axis) {
      return ImageInputGuesser.length(shape(), layout.indexOf(axis));
    }
  }

  private static Optional<Candidate> candidate(Node parameter, ModelFormat source) {
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
            .orElseGet(() -> byShape(tensor.shape(), source));
    long channels = length(tensor.shape(), layout.indexOf('C'));
    return ImageChannels.fits(channels)
        ? Optional.of(new Candidate(tensor, layout, channels, steps))
        : Optional.empty();
  }

  private static String byShape(PartialShape shape, ModelFormat source) {
    boolean first = ImageChannels.fits(length(shape, 1));
    boolean last = ImageChannels.fits(length(shape, 3));
    if (first != last) {
      return first ? "NCHW" : "NHWC";
    }
    return source.channelsLast() ? "NHWC" : "NCHW";
  }

  private ImageInputGuess describe(Candidate input) {
    values(input);
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
    List<String> names = input.tensor().names();
    return new ImageInputGuess(
        names.isEmpty() ? input.tensor().node().name() : names.getFirst(),
        input.layout(),
        colour,
        mean,
        scale,
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

  /** Finds what is left to be done to pixels of 0 to 255. */
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
      scale = List.of(255.0);
      conclude(0.7, "its output lists the boxes of a YOLO network, whose input is 0 to 1");
    } else if (source == ModelFormat.ONNX
        && input.channels() == 3
        && analysis.task().reason().contains("ImageNet")) {
      mean = IMAGENET_MEAN;
      scale = IMAGENET_SCALE;
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
      scale = List.of(255.0);
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
      scale = List.of(by);
      mean = from == 0 ? List.of() : List.of(from);
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
