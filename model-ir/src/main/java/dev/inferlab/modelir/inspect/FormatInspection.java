package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.MalformedModelException;

/** Looks into one format. Faults that it throws are faults of the topology file. */
interface FormatInspection {
  void inspect(Upload upload, String topology, Findings findings)
      throws RefusedException, MalformedModelException;

  /** Reads a file that is not the topology, so that its faults name it. */
  static void inFile(String file, Reading reading) throws RefusedException {
    try {
      reading.read();
    } catch (MalformedModelException e) {
      throw refusal(e, file);
    }
  }

  static RefusedException refusal(MalformedModelException e, String file) {
    Place place =
        e.line() > 0 ? Place.atLine(file, e.line()) : Place.atOffset(file, Math.max(0, e.offset()));
    return switch (e.fault()) {
      case TRUNCATED ->
          new RefusedException(
              ProblemCode.MODEL_TRUNCATED,
              "The file is cut short: %s. Upload it again.".formatted(e.getMessage()),
              place);
      case MALFORMED ->
          new RefusedException(
              ProblemCode.MODEL_MALFORMED,
              "The file is damaged: %s. Export the model again and upload it."
                  .formatted(e.getMessage()),
              place);
      case TOO_COMPLEX ->
          new RefusedException(
              ProblemCode.MODEL_TOO_COMPLEX,
              "The model is refused as too complex: %s.".formatted(e.getMessage()),
              place);
    };
  }

  /** Something that reads a file. */
  interface Reading {
    void read() throws RefusedException, MalformedModelException;
  }
}
