package dev.inferlab.gateway.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.experiment.profile.ProfileOptions;
import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.IdempotencyKey;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.NoBody;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** REST calls on experiments. */
@Path("/api/v1/experiments")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "experiments", description = "Things asked of a project: measure it, and so on")
public class ExperimentResource {
  private static final String PATH = "/api/v1/experiments";
  private static final int MOST_IN_BATCH = 100;

  private final Submits submits;
  private final SubmitExperiments submit;
  private final CancelExperiment cancel;
  private final DeleteExperiment delete;
  private final ExperimentReads reads;
  private final Json json;

  ExperimentResource(
      Submits submits,
      SubmitExperiments submit,
      CancelExperiment cancel,
      DeleteExperiment delete,
      ExperimentReads reads,
      Json json) {
    this.submits = submits;
    this.submit = submit;
    this.cancel = cancel;
    this.delete = delete;
    this.reads = reads;
    this.json = json;
  }

  /** For the API description only: bodies are read strictly, field by field. */
  @Schema(name = "NewExperiment")
  record Body(
      UUID projectId,
      @Schema(examples = "profile") String kind,
      @Schema(
              anyOf = {ProfileOptions.class, Object.class},
              description = "Of kind 'profile'; an extension's kind has its own")
          Object options,
      @Schema(minimum = "-100", maximum = "100", defaultValue = "0") Integer priority) {}

  /** For the API description only. */
  @Schema(name = "NewExperiments")
  record BatchBody(List<Body> items) {}

  /** What a batch is answered. */
  @Schema(name = "ExperimentList")
  record BatchView(List<ExperimentView> items) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Start an experiment")
  @Parameter(
      name = IdempotencyKey.HEADER,
      in = ParameterIn.HEADER,
      description = "The same key and body get the same answer; nothing is done twice.",
      schema = @Schema(implementation = String.class, maxLength = 200))
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = Body.class),
              examples = {
                @ExampleObject(name = "grid", value = ExperimentExamples.GRID),
                @ExampleObject(name = "points", value = ExperimentExamples.POINTS),
                @ExampleObject(name = "latency", value = ExperimentExamples.LATENCY),
                @ExampleObject(
                    name = "shapes",
                    summary =
                        "For a model with open dimensions: every dimension of its input, or {\"name\": [..]} for several inputs",
                    value = ExperimentExamples.SHAPES),
                @ExampleObject(name = "auto", value = ExperimentExamples.AUTO)
              }))
  @APIResponse(
      responseCode = "202",
      description = "Accepted; Location names it",
      content = @Content(schema = @Schema(implementation = ExperimentView.class)))
  public Uni<Response> submit(
      @Parameter(hidden = true) JsonNode body, @Context HttpHeaders headers) {
    Violations violations = new Violations();
    ExperimentRequest request = ExperimentRequest.read(JsonFields.of(body, "", violations), "");
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The experiment cannot be read.");
    String owner = Caller.of(headers);
    return submits
        .once(
            owner,
            IdempotencyKey.of(headers),
            "POST " + PATH + "\n" + CanonicalJson.of(body),
            session ->
                submit
                    .submit(session, owner, List.of(request))
                    .map(List::getFirst)
                    .map(view -> new Answer(202, PATH + "/" + view.id(), json.write(view))))
        .map(Answer::toResponse);
  }

  @POST
  @Path("/batch")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Start up to 100 experiments, all or none")
  @Parameter(
      name = IdempotencyKey.HEADER,
      in = ParameterIn.HEADER,
      description = "The same key and body get the same answer; nothing is done twice.",
      schema = @Schema(implementation = String.class, maxLength = 200))
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = BatchBody.class),
              examples = @ExampleObject(name = "two", value = ExperimentExamples.BATCH)))
  @APIResponse(
      responseCode = "202",
      description = "All accepted, in the order of the request",
      content = @Content(schema = @Schema(implementation = BatchView.class)))
  public Uni<Response> submitBatch(
      @Parameter(hidden = true) JsonNode body, @Context HttpHeaders headers) {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    List<JsonFields> items = fields.objects("items", MOST_IN_BATCH);
    fields.refuseUnknown();
    List<ExperimentRequest> requests = new java.util.ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      requests.add(ExperimentRequest.read(items.get(i), "items[%d]".formatted(i)));
    }
    if (requests.isEmpty() && violations.isEmpty()) {
      violations.add("items", "is missing");
    }
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The experiments cannot be read.");
    String owner = Caller.of(headers);
    return submits
        .once(
            owner,
            IdempotencyKey.of(headers),
            "POST " + PATH + "/batch\n" + CanonicalJson.of(body),
            session ->
                submit
                    .submit(session, owner, requests)
                    .map(views -> new Answer(202, null, json.write(new BatchView(views)))))
        .map(Answer::toResponse);
  }

  @GET
  @Operation(
      summary = "List experiments",
      description =
          "Sort by createdAt, updatedAt, kind or priority, with '-' before it for descending order.")
  @Parameter(
      name = "projectId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(name = "kind", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "state",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = ExperimentState.class))
  @Parameter(
      name = "owner",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  public Uni<Page<ExperimentView>> list(@Context UriInfo uri) {
    return reads.list(new ListRequest(uri));
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "An experiment's state and progress")
  public Uni<ExperimentView> get(@PathParam("id") String id) {
    return reads.get(id(id));
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Delete an experiment that has ended, with its results")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Uni<Void> delete(@PathParam("id") String id) {
    return delete.delete(id(id));
  }

  @POST
  @Path("/{id}/cancel")
  @Operation(
      summary = "Cancel an experiment",
      description =
          "202 while its jobs are being stopped; 200 if it had ended. May be repeated. Takes no body.")
  @APIResponse(
      responseCode = "202",
      description = "Being cancelled",
      content = @Content(schema = @Schema(implementation = ExperimentView.class)))
  @APIResponse(
      responseCode = "200",
      description = "It had ended",
      content = @Content(schema = @Schema(implementation = ExperimentView.class)))
  public Uni<Response> cancel(@PathParam("id") String id, @Parameter(hidden = true) byte[] body) {
    NoBody.check(body, json);
    return cancel
        .cancel(id(id))
        .map(view -> Response.status(view.state().isFinal() ? 200 : 202).entity(view).build());
  }

  @GET
  @Path("/{id}/results")
  @Operation(summary = "Results, complete or so far")
  @APIResponse(
      responseCode = "200",
      description = "By kind",
      content =
          @Content(
              schema =
                  @Schema(
                      oneOf = {
                        dev.inferlab.gateway.experiment.profile.ProfileResultsView.class,
                        ExtensionResultsView.class
                      })))
  public Uni<Object> results(@PathParam("id") String id) {
    return reads.results(id(id));
  }

  @GET
  @Path("/{id}/jobs")
  @Operation(
      summary = "The experiment's jobs with every attempt",
      description = "They are few and come all at once, without a nextCursor.")
  public Uni<Page<JobView>> jobs(@PathParam("id") String id) {
    return reads.jobs(id(id)).map(jobs -> new Page<>(jobs, null));
  }

  private static UUID id(String id) {
    return PathId.of(id, ProblemCode.EXPERIMENT_NOT_FOUND);
  }
}
