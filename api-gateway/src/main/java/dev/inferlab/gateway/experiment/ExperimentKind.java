package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.json.Violations;

/** What one kind of experiment takes and makes of it. */
public interface ExperimentKind {
  /**
   * Checks the options against the project and plans the job. Faults of single options go to {@code
   * violations}, and the plan is then not used; what is wrong with the project is thrown.
   *
   * @param options null when none were given
   * @param path of the options in the body
   */
  Plan plan(ProjectContext project, JsonNode options, String path, Violations violations);
}
