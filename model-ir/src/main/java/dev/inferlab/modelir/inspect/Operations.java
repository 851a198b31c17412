package dev.inferlab.modelir.inspect;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A network's operations as its format names them.
 *
 * @param types those that occur, in the bodies of loops and in functions as well
 * @param ending what the outputs come from
 * @param first the name of the first operation of each type, where the format has names; ONNX's
 *     types have their domain before them, if it is not ONNX's own
 */
public record Operations(SortedSet<String> types, Ending ending, Map<String, String> first) {
  public Operations {
    types = Collections.unmodifiableSortedSet(new TreeSet<>(types));
    first = Map.copyOf(first);
  }

  /** What a network's outputs come from, as far as its files tell. */
  public enum Ending {
    /** At least one output are probabilities: a softmax, or its values in another form. */
    SOFTMAX,
    /** None is. */
    OTHER,
    /** Some come out of functions or bodies, which are not followed. */
    UNKNOWN
  }
}
