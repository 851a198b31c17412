package dev.inferlab.gateway.model;

import dev.inferlab.gateway.model.conversion.Scan;
import dev.inferlab.modelir.tensor.ImageChannels;
import java.util.List;
import java.util.Optional;

/** Guesses a model's task from its declared inputs and outputs alone; a conversion knows better. */
final class GuessTask {
  private GuessTask() {}

  static Optional<Guess.Task> of(Scan scan) {
    if (!(ImageInput.of(scan.inputs(), null) instanceof ImageInput.Fits fits)
        || scan.outputs().size() != 1) {
      return Optional.empty();
    }
    List<Long> output = scan.outputs().getFirst().shape();
    if (output == null) {
      return Optional.empty();
    }
    if (output.size() == 2 && output.get(1) > 1) {
      return guess(
          "image-classification",
          0.5,
          "One image goes in, one list of %d numbers comes out.".formatted(output.get(1)));
    }
    if (output.size() == 4 && output.get(0) == 1 && output.get(1) == 1 && output.get(3) == 7) {
      return guess(
          "object-detection", 0.8, "Rows of 7 numbers come out, as SSD's detection layer gives.");
    }
    return output.size() == 4 && !fits.layout().isEmpty()
        ? ofImages(scan.inputs().getFirst().shape(), output, fits.layout())
        : Optional.empty();
  }

  /** An image comes out: as large as the one that went in, or larger. */
  private static Optional<Guess.Task> ofImages(List<Long> input, List<Long> output, String layout) {
    int height = layout.indexOf('H');
    int channels = layout.indexOf('C');
    long in = input.get(height);
    long out = output.get(height);
    if (in <= 0 || out <= 0) {
      return Optional.empty();
    }
    if (out == in && output.get(channels) > 3) {
      return guess(
          "semantic-segmentation",
          0.5,
          "A map of %d classes comes out, as large as the image.".formatted(output.get(channels)));
    }
    if (out > in && out % in == 0 && ImageChannels.fits(output.get(channels))) {
      return guess(
          "super-resolution", 0.5, "An image %d times as large comes out.".formatted(out / in));
    }
    return Optional.empty();
  }

  private static Optional<Guess.Task> guess(String task, double confidence, String reason) {
    return Optional.of(new Guess.Task(task, confidence, reason));
  }
}
