package dev.inferlab.modelir.imports;

import dev.inferlab.modelir.imports.LayerException.Fault;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.Arrays;
import java.util.OptionalLong;

/** A layer of a network as its format tells it; whatever is refused of it names it. */
public interface ImportedLayer {
  String name();

  /** As the format calls it. */
  String type();

  /** Line in the file that describes the network, from 1. */
  int line();

  /** Ending of the file that has the weights. */
  String weightsFile();

  default LayerException unsupported(String reason) {
    return new LayerException(Fault.UNSUPPORTED, type(), name(), line(), reason);
  }

  default LayerException malformed(String reason) {
    return new LayerException(Fault.MALFORMED, type(), name(), line(), reason);
  }

  /** {@code asked} and {@code held}: such as "weights of shape [8, ?, 3, 3]". */
  default LayerException mismatch(String asked, String held) {
    return new LayerException(
        Fault.WEIGHTS_MISMATCH,
        type(),
        name(),
        line(),
        "its options ask for %s, the %s has %s".formatted(asked, weightsFile(), held));
  }

  /**
   * Refuses a new shape that no tensor can have, or not the input's elements: OpenVINO would name
   * its own node.
   *
   * @param input what is known of the shape before
   * @param shape 0 copies a length, -1 takes what is left
   */
  default void checkReshape(PartialShape input, long... shape) throws LayerException {
    if (shape.length > PartialShape.HIGHEST_RANK) {
      throw malformed("its shape has %d lengths".formatted(shape.length));
    }
    String wished = Arrays.toString(shape);
    boolean known = input.isStatic();
    int open = 0;
    long product = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 && input.hasRank() && i >= input.rank()) {
        throw malformed(
            "its shape %s copies the length %d of its input %s, which has none"
                .formatted(wished, i, input));
      }
      boolean copied = shape[i] == 0 && input.isStatic();
      long length = copied ? input.dimension(i).length() : shape[i];
      if (length == -1) {
        open++;
      } else if (length == 0) {
        known = false;
      } else if (length > PartialShape.MOST_ELEMENTS / product) {
        throw malformed(
            "its shape %s asks for more than %,d elements"
                .formatted(wished, PartialShape.MOST_ELEMENTS));
      }
      product *= Math.max(1, length);
      if (length < -1 || open > 1) {
        throw malformed(
            "its shape %s is none: lengths are 0 or more, and only one may be -1"
                .formatted(wished));
      }
    }
    long elements = input.elements().orElse(0);
    if (known && (open == 0 ? elements != product : elements % product != 0)) {
      throw malformed(
          "its shape %s does not take the %,d elements of its input %s"
              .formatted(wished, elements, input));
    }
  }

  /**
   * Refuses an input of other channels than the weights are for.
   *
   * @param input as {@link NetBuilder#channels} tells; empty: not known
   */
  default void checkChannels(OptionalLong input, long weights) throws LayerException {
    if (input.isPresent() && input.getAsLong() != weights) {
      throw new LayerException(
          Fault.WEIGHTS_MISMATCH,
          type(),
          name(),
          line(),
          "its input has %d channels, its weights in the %s are for %d; is the shape of the network's input right?"
              .formatted(input.getAsLong(), weightsFile(), weights));
    }
  }
}
