package dev.inferlab.benchmarks.openvino;

/** Whether a goal is reached, as far as the noise lets one tell. */
enum Verdict {
  MET,
  MISSED,
  /** The interval is so wide that the middle of it means nothing. */
  NOT_SHOWN;

  /** The widest interval whose middle is taken at its word. */
  static final double WIDEST = 0.04;

  static Verdict atLeast(double goal, Ratio ratio) {
    return of(ratio.median() >= goal, ratio.low() >= goal || ratio.high() < goal, ratio);
  }

  static Verdict atMost(double goal, Ratio ratio) {
    return of(ratio.median() <= goal, ratio.high() <= goal || ratio.low() > goal, ratio);
  }

  /** An interval that lies on one side of the goal tells, however wide it is. */
  private static Verdict of(boolean reached, boolean oneSided, Ratio ratio) {
    if (!oneSided && ratio.width() > WIDEST) {
      return NOT_SHOWN;
    }
    return reached ? MET : MISSED;
  }

  /** Of two goals together: both must be met; one that is missed is missed. */
  Verdict and(Verdict other) {
    if (this == MISSED || other == MISSED) {
      return MISSED;
    }
    return this == MET ? other : this;
  }
}
