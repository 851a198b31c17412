package dev.inferlab.gateway.model;

import dev.inferlab.gateway.json.Json;
import jakarta.enterprise.context.ApplicationScoped;

/** Shows models to users. */
@ApplicationScoped
class ModelViews {
  private final Json json;

  ModelViews(Json json) {
    this.json = json;
  }

  /** As in lists: without labels. */
  ModelView of(Model row) {
    return of(row, null, null);
  }

  /**
   * @param waitingFor null or empty: nothing is known of it
   * @param labels null: there are none
   */
  ModelView of(Model row, String waitingFor, ModelLabels labels) {
    return of(row, waitingFor, labels, null);
  }

  /**
   * @param download null: there is none under way
   */
  ModelView of(Model row, String waitingFor, ModelLabels labels, DownloadView download) {
    return new ModelView(
        row.id,
        row.name,
        row.owner,
        row.state,
        row.origin,
        row.rootId,
        row.parentId,
        row.format.isEmpty() ? null : row.format,
        row.formatVersion.isEmpty() ? null : row.formatVersion,
        row.precision,
        row.conversion,
        row.task,
        row.task == null ? null : source(row.taskGiven, row.taskGuess, Guess.Task.class),
        row.taskSettings,
        labels == null ? null : labels.document,
        row.inputSpec,
        row.inputSpec == null ? null : source(row.inputGiven, row.inputGuess, Guess.Image.class),
        row.files,
        row.inputs,
        row.outputs,
        row.notes,
        row.sizeBytes,
        row.parameters,
        row.runtimeVersion,
        waitingFor == null || waitingFor.isEmpty() ? null : waitingFor,
        row.catalogEntry,
        download,
        row.problem,
        row.createdAt,
        row.updatedAt);
  }

  private Source source(boolean given, String guess, Class<? extends Guess> type) {
    if (given) {
      return Source.GIVEN;
    }
    Guess read = json.read(guess, type);
    return new Source(Source.GUESSED, read.confidence(), read.reason());
  }
}
