package dev.inferlab.modelir.inspect;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A network's operations as its format names them.
 *
 * @param types those that occur, in the bodies of loops and in functions as well
 * @param ending what the outputs come from
 */
public record Operations(SortedSet<String> types, Ending ending) {
  public Operations {
    types = Collections.unmodifiableSortedSet(new TreeSet<>(types));
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
