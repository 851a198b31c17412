package dev.inferlab.gateway.project;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Listing;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.platform.db.Database;
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
import java.net.URI;
import java.util.Map;
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

/** REST calls on projects. */
@Path("/api/v1/projects")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "projects", description = "A model on a device of a target, fed from a dataset")
public class ProjectResource {
  private static final String PATH = "/api/v1/projects/";
  private static final int LONGEST_DEVICE = 100;
  private static final Map<String, SortKey> SORTS =
      Map.of("createdAt", SortKey.time("e.createdAt"), "device", SortKey.text("e.device"));
  private static final String EXAMPLE =
      """
      {
        "modelId": "01936b1e-7a00-7000-8000-000000000001",
        "datasetId": "01936b1e-7a00-7000-8000-000000000002",
        "targetId": "01936b1e-7a00-7000-8000-000000000004",
        "device": "CPU"
      }
      """;
  private static final String RANDOM_INPUT =
      """
      {
        "modelId": "01936b1e-7a00-7000-8000-000000000001",
        "targetId": "01936b1e-7a00-7000-8000-000000000004",
        "device": "CPU"
      }
      """;

  private final Database database;
  private final OpenProject open;
  private final DeleteProject delete;

  ProjectResource(Database database, OpenProject open, DeleteProject delete) {
    this.database = database;
    this.open = open;
    this.delete = delete;
  }

  /** For the API description only: bodies are read strictly, field by field. */
  @Schema(name = "NewProject")
  record Body(
      UUID modelId,
      @Schema(description = "Without it experiments run on random input") UUID datasetId,
      UUID targetId,
      @Schema(examples = "CPU") String device) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Open a project: find the one of these four, or make it",
      description =
          "It is made only of what can run: a model that is READY, a dataset whose images can fill its input, and a device that the target lists as available. While a model is DOWNLOADING or IMPORTING the answer is 409 MODEL_NOT_READY: wait until it is READY, then ask again. A target that is away is no hindrance: its experiments wait for it. A project that is there is found whatever its device has become.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = Body.class),
              examples = {
                @ExampleObject(name = "images", value = EXAMPLE),
                @ExampleObject(name = "random input", value = RANDOM_INPUT)
              }))
  @APIResponse(
      responseCode = "201",
      description = "Made; 200 if it was there",
      content = @Content(schema = @Schema(implementation = ProjectView.class)))
  public Uni<Response> open(@Parameter(hidden = true) JsonNode body, @Context HttpHeaders headers) {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    OpenProject.Request request =
        new OpenProject.Request(
            fields.requiredId("modelId").orElse(null),
            fields.id("datasetId"),
            fields.requiredId("targetId").orElse(null),
            fields.requiredText("device", LONGEST_DEVICE));
    fields.refuseUnknown();
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The project cannot be read.");
    return open.open(Caller.of(headers), request)
        .map(
            opened ->
                Response.status(opened.created() ? 201 : 200)
                    .location(URI.create(PATH + opened.project().id()))
                    .entity(opened.project())
                    .build());
  }

  @GET
  @Operation(
      summary = "List projects",
      description = "Sort by createdAt or device, with '-' before it for descending order.")
  @Parameter(
      name = "modelId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "datasetId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "targetId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "device",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "owner",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  public Uni<Page<ProjectView>> list(@Context UriInfo uri) {
    ListRequest request = new ListRequest(uri);
    Listing<Project> listing =
        new Listing<>(Project.class, "Project e")
            .and("e.modelId = :model", "model", request.id("modelId"))
            .and("e.datasetId = :dataset", "dataset", request.id("datasetId"))
            .and("e.targetId = :target", "target", request.id("targetId"))
            .and("e.device = :device", "device", request.text("device"))
            .and("e.owner = :owner", "owner", request.text("owner"));
    return database.inSession(
        session ->
            listing
                .page(
                    session,
                    request,
                    SORTS,
                    "-createdAt",
                    row -> Map.of("createdAt", row.createdAt, "device", row.device),
                    row -> row.id)
                .map(page -> page.map(ProjectView::of)));
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "A project")
  public Uni<ProjectView> get(@PathParam("id") String id) {
    return database.inSession(
        session ->
            session
                .find(Project.class, id(id))
                .onItem()
                .ifNull()
                .failWith(() -> PathId.notFound(ProblemCode.PROJECT_NOT_FOUND))
                .map(ProjectView::of));
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Delete a project with its experiments and their results")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Uni<Void> delete(@PathParam("id") String id) {
    return delete.delete(id(id));
  }

  private static UUID id(String id) {
    return PathId.of(id, ProblemCode.PROJECT_NOT_FOUND);
  }
}
