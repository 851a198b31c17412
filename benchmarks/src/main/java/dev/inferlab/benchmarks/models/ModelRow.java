package dev.inferlab.benchmarks.models;

/**
 * What is known of one imported model.
 *
 * @param guessedTask null: nothing was guessed
 * @param gflops null: only a run decides it
 * @param deviation null: there is no reference, or the import failed
 * @param fps of one short profile; null: not profiled
 * @param problem why it is not READY; null: it is
 */
record ModelRow(
    String name,
    String format,
    String task,
    String guessedTask,
    long sizeBytes,
    Double gflops,
    Long parameters,
    double importSeconds,
    String reference,
    Deviation deviation,
    Double fps,
    String problem) {

  boolean met() {
    return problem == null && deviation != null && deviation.agrees();
  }

  String guess() {
    return guessedTask == null ? "none" : guessedTask.equals(task) ? "yes" : "no: " + guessedTask;
  }

  String error() {
    if (problem != null) {
      return problem;
    }
    if (deviation == null) {
      return "no reference";
    }
    return deviation.equalBits() ? "equal bits" : "%.1e".formatted(deviation.worst());
  }
}
