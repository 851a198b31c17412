package dev.inferlab.gateway.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferlab.proto.job.v1.ImageInputGuess;
import dev.inferlab.proto.job.v1.TaskGuess;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What was found out about a model without asking anybody, and how sure that is. */
public sealed interface Guess {
  /** 0 to 1. */
  double confidence();

  /** For people. */
  String reason();

  /** What the model is for. */
  record Task(String task, double confidence, String reason) implements Guess {
    static Optional<Task> of(dev.inferlab.modelir.analysis.TaskGuess guess) {
      return of(guess.task().restName(), guess.confidence(), guess.reason());
    }

    static Optional<Task> of(TaskGuess guess) {
      return of(guess.getTask(), guess.getConfidence(), guess.getReason());
    }

    private static Optional<Task> of(String task, double confidence, String reason) {
      return Tasks.NAMES.contains(task)
          ? Optional.of(new Task(task, within(confidence), reason))
          : Optional.empty();
    }
  }

  /**
   * How images become the input.
   *
   * @param input its name
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Image(String input, InputSpec spec, double confidence, String reason) implements Guess {
    static Image of(ImageInputGuess guess) {
      dev.inferlab.proto.job.v1.InputSpec spec = guess.getSpec();
      return new Image(
          guess.getInput(),
          new InputSpec(
              orNull(spec.getLayout()),
              orNull(spec.getColour()),
              aChannel(spec.getMeanList(), spec.getColour()),
              aChannel(spec.getScaleList(), spec.getColour()),
              orNull(spec.getResize()),
              spec.getResize().equals("LETTERBOX") ? spec.getPadValue() : null),
          within(guess.getConfidence()),
          guess.getReason());
    }

    /** From declared shapes alone, before anything was converted. */
    static Optional<Image> of(List<Port> inputs) {
      if (ImageInput.of(inputs, null) instanceof ImageInput.Fits fits) {
        String colour = fits.channels() == 1 ? "GRAY" : null;
        return Optional.of(
            new Image(
                inputs.getFirst().name(),
                new InputSpec(fits.layout(), colour, List.of(), List.of(), null, null),
                0.6,
                "The only input has four dimensions, and %d channels in one place of %s."
                    .formatted(fits.channels(), fits.layout())));
      }
      return Optional.empty();
    }
  }

  private static double within(double confidence) {
    return Double.isNaN(confidence) ? 0 : Math.clamp(confidence, 0, 1);
  }

  private static String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** One number may stand for all channels; what makes no sense is left out. */
  private static List<Double> aChannel(List<Double> values, String colour) {
    int channels = colour.equals("GRAY") ? 1 : 3;
    if (!values.stream().allMatch(Double::isFinite)) {
      return List.of();
    }
    return values.size() == 1 ? Collections.nCopies(channels, values.getFirst()) : values;
  }
}
