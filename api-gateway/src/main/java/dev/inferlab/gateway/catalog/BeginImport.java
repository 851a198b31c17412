package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferlab.gateway.catalog.download.Acquisitions;
import dev.inferlab.gateway.catalog.download.Plan;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.DownloadedModels;
import dev.inferlab.platform.problem.ProblemCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * What imports have in common whose files must be fetched first: a request that names one thing and
 * has options; then a model that is DOWNLOADING and the row that some replica works on, in one
 * transaction. Blocking.
 */
@ApplicationScoped
class BeginImport {
  private final DownloadedModels models;
  private final Acquisitions acquisitions;
  private final Submits submits;

  BeginImport(DownloadedModels models, Acquisitions acquisitions, Submits submits) {
    this.models = models;
    this.acquisitions = acquisitions;
    this.submits = submits;
  }

  /**
   * A request that can be read.
   *
   * @param what is to be imported
   * @param options an empty object when none were given
   * @param identity by which it is known again
   */
  record Request(
      String owner, Optional<String> key, String what, ObjectNode options, String identity) {}

  /**
   * @param body {@code {field, options}}
   */
  static Request read(
      String owner, Optional<String> key, JsonNode body, String field, int longest) {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    String what = fields.text(field, longest).orElse("");
    JsonNode options = fields.raw("options");
    fields.refuseUnknown();
    if (options != null && !options.isObject()) {
      violations.add("options", "must be a JSON object");
    }
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, DownloadedModels.UNUSABLE);
    return new Request(
        owner,
        key,
        what,
        options == null ? JsonNodeFactory.instance.objectNode() : options.deepCopy(),
        "POST models\n" + CanonicalJson.of(body));
  }

  /** What the request was answered before, if it was. */
  Optional<Answer> earlier(Request request) {
    return submits
        .earlier(request.owner(), request.key(), request.identity())
        .await()
        .indefinitely();
  }

  /**
   * @param violations what else is wrong; refused together with what is wrong with the options
   */
  void check(JsonNode options, Violations violations) {
    models.check(options, violations);
  }

  Answer begin(Request request, DownloadedModels.Announced announced, Plan plan) {
    Answer answer =
        submits
            .once(
                request.owner(),
                request.key(),
                request.identity(),
                session ->
                    models
                        .begin(session, request.owner(), plan.options(), announced)
                        .call(begun -> acquisitions.ofModel(session, begun.id(), plan))
                        .map(DownloadedModels.Begun::answer))
            .await()
            .indefinitely();
    acquisitions.wake();
    return answer;
  }
}
