package dev.inferlab.benchmarks.platform;

import java.util.Locale;

/** What a figure must reach. */
record Goal(Side side, double bound) {

  enum Side {
    AT_LEAST,
    AT_MOST
  }

  static Goal atLeast(double bound) {
    return new Goal(Side.AT_LEAST, bound);
  }

  static Goal atMost(double bound) {
    return new Goal(Side.AT_MOST, bound);
  }

  /** A figure that could not be measured (NaN) never meets a goal. */
  boolean metBy(double value) {
    return switch (side) {
      case AT_LEAST -> value >= bound;
      case AT_MOST -> value <= bound;
    };
  }

  String text() {
    return (side == Side.AT_LEAST ? ">= " : "<= ") + String.format(Locale.ROOT, "%,.4g", bound);
  }
}
