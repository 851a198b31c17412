package dev.inferlab.modelir.imports;

import dev.inferlab.modelir.imports.LayerException.Fault;
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
