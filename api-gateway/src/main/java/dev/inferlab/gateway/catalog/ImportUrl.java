package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.catalog.download.Acquisitions;
import dev.inferlab.gateway.catalog.download.Plan;
import dev.inferlab.gateway.catalog.zoo.Postprocessing;
import dev.inferlab.gateway.catalog.zoo.WebAddress;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.DownloadedModels;
import dev.inferlab.gateway.model.UrlImports;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.telemetry.TraceParent;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Begins the import of the file at an address, or of what is in it where it is an archive. It is
 * fetched as a catalogue's files are, by the same rules for addresses; its size is not known
 * before.
 */
@ApplicationScoped
class ImportUrl implements UrlImports {
  private static final int LONGEST_URL = 2_000;

  private final DownloadedModels models;
  private final Acquisitions acquisitions;
  private final Submits submits;

  ImportUrl(DownloadedModels models, Acquisitions acquisitions, Submits submits) {
    this.models = models;
    this.acquisitions = acquisitions;
    this.submits = submits;
  }

  @Override
  public Answer begin(String owner, Optional<String> key, JsonNode body) {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    String url = fields.text("url", LONGEST_URL).orElse("");
    JsonNode given = fields.raw("options");
    fields.refuseUnknown();
    if (violations.isEmpty()) {
      WebAddress.fault(url).ifPresent(fault -> violations.add("url", fault));
    }
    if (given != null && !given.isObject()) {
      violations.add("options", "must be a JSON object");
    }
    refuse(violations);
    String file = fileName(url);
    ObjectNode options = given == null ? JsonNodeFactory.instance.objectNode() : given.deepCopy();
    if (!options.hasNonNull("name")) {
      options.put("name", file);
    }
    models.check(options, violations);
    refuse(violations);
    Plan plan = plan(url, file, options);
    Answer answer =
        submits
            .once(
                owner,
                key,
                "POST models\n" + CanonicalJson.of(body),
                session ->
                    models
                        .begin(session, owner, options, options.path("format").asText(""), null, -1)
                        .call(begun -> acquisitions.ofModel(session, begun.id(), plan))
                        .map(DownloadedModels.Begun::answer))
            .await()
            .indefinitely();
    acquisitions.wake();
    return answer;
  }

  private static void refuse(Violations violations) {
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The model's description cannot be used.");
  }

  private static Plan plan(String url, String file, JsonNode options) {
    List<Postprocessing> steps =
        isArchive(file)
            ? List.of(new Postprocessing(Postprocessing.UNPACK, file, null, null, null, null))
            : List.of();
    return new Plan(
        List.of(new ZooFile(file, -1, null, url, null)),
        steps,
        List.of(),
        "",
        options,
        TraceParent.current());
  }

  /** By its name, as with uploads: some formats are zip files themselves. */
  private static boolean isArchive(String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    return List.of(".zip", ".tar", ".tgz", ".tar.gz").stream().anyMatch(lower::endsWith);
  }

  /** The address's last part; what the file is, its content tells. */
  private static String fileName(String url) {
    String path = Optional.ofNullable(URI.create(url).getPath()).orElse("");
    String last = path.substring(path.lastIndexOf('/') + 1);
    return last.matches("[0-9a-zA-Z_][0-9a-zA-Z._-]{0,199}") ? last : "model";
  }
}
