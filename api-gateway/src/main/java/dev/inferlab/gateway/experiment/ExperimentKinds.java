package dev.inferlab.gateway.experiment;

import dev.inferlab.gateway.experiment.profile.ProfileKind;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The kinds that this gateway takes: its own, and those that the operator allows. */
@ApplicationScoped
class ExperimentKinds {
  /** Named in the contract, offered by services that are not part of this installation. */
  private static final Set<String> PLANNED = Set.of("calibrate", "accuracy", "report");

  private final Map<String, ExperimentKind> kinds = new HashMap<>();

  ExperimentKinds(
      Json json,
      @ConfigProperty(name = "inferlab.experiments.extension-kinds")
          Optional<List<String>> extensions,
      @ConfigProperty(name = "inferlab.experiments.extension-exclusive-kinds")
          Optional<List<String>> exclusive) {
    Set<String> measuring = Set.copyOf(exclusive.orElse(List.of()));
    for (String kind : extensions.orElse(List.of())) {
      kinds.put(kind, new ExtensionKind(measuring.contains(kind)));
    }
    kinds.put(ProfileKind.NAME, new ProfileKind(json));
  }

  ExperimentKind get(String name, String path) {
    ExperimentKind kind = kinds.get(name);
    if (kind != null) {
      return kind;
    }
    String known = String.join(", ", new TreeSet<>(kinds.keySet()));
    if (PLANNED.contains(name)) {
      throw new ProblemException(
          ProblemCode.EXPERIMENT_KIND_NOT_AVAILABLE,
          "Experiments of the kind '%s' are not available here.".formatted(name),
          List.of(new Violation(path, "available: " + known)));
    }
    throw new ProblemException(
        ProblemCode.EXPERIMENT_KIND_UNKNOWN,
        "There is no such kind of experiment.",
        List.of(new Violation(path, "must be one of " + known)));
  }
}
