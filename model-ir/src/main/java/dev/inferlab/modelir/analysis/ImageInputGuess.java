package dev.inferlab.modelir.analysis;

import java.util.List;

/**
 * A guess at how an image becomes a model's input: resized, then {@code (x - mean) / scale} on
 * pixels of 0 to 255.
 *
 * @param input the input's name
 * @param layout {@code NCHW} or {@code NHWC}
 * @param colour {@code RGB}, {@code BGR} or {@code GRAY}
 * @param mean one value for all channels or one each; empty: nothing is subtracted
 * @param scale the same; empty: nothing is divided
 * @param resize {@code STRETCH}, {@code CROP} or {@code LETTERBOX}
 * @param padValue of a letterbox's borders, 0 to 255
 * @param confidence 0 to 1: about 0.9 when the model's own operations tell, 0.3 when nothing does;
 *     from 0.7 on it is right for every model of the catalogue, below it must be looked at
 * @param reason for a person
 */
public record ImageInputGuess(
    String input,
    String layout,
    String colour,
    List<Double> mean,
    List<Double> scale,
    String resize,
    double padValue,
    double confidence,
    String reason) {
  public ImageInputGuess {
    mean = List.copyOf(mean);
    scale = List.copyOf(scale);
  }
}
