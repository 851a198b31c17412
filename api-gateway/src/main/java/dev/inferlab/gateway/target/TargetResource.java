package dev.inferlab.gateway.target;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.NoBody;
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
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import java.util.Set;
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

/** REST calls on targets. They appear when their agent connects; nobody creates them here. */
@Path("/api/v1/targets")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "targets", description = "Lab machines with an agent")
public class TargetResource {
  private static final Map<String, SortKey> SORTS =
      Map.of("name", SortKey.name("e.name"), "createdAt", SortKey.time("e.createdAt"));
  private static final Set<String> STATES =
      Set.of("ONLINE", "DRAINING", "DRAINED", "LOST", "OFFLINE");
  private static final int MOST_LABELS = 64;
  private static final int LONGEST_LABEL = 200;
  private static final String LABELS =
      """
      {"labels": {"rack": "7", "purpose": "nightly"}}
      """;

  private final Database database;
  private final TargetOrders orders;
  private final Json json;

  TargetResource(Database database, TargetOrders orders, Json json) {
    this.database = database;
    this.orders = orders;
    this.json = json;
  }

  /** For the API description only. */
  @Schema(name = "TargetPatch")
  record Patch(Map<String, String> labels) {}

  @GET
  @Operation(
      summary = "List targets",
      description =
          "Sort by name or createdAt, with '-' before it for descending order; by name without regard to case.")
  @Parameter(
      name = "state",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  public Uni<Page<TargetView>> list(@Context UriInfo uri) {
    ListRequest request = new ListRequest(uri);
    Listing<Target> listing =
        new Listing<>(Target.class, "Target e")
            .and("not e.forgotten")
            .and("e.state = :state", "state", request.choice("state", STATES))
            .and("e.name = :name", "name", request.text("name"));
    return database.inSession(
        session ->
            listing
                .page(
                    session,
                    request,
                    SORTS,
                    "name",
                    row -> Map.of("name", row.name, "createdAt", row.createdAt),
                    row -> row.id)
                .map(page -> page.map(TargetView::of)));
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "A target with its devices and what they can do")
  public Uni<TargetView> get(@PathParam("id") String id) {
    return database.inSession(
        session ->
            session
                .find(Target.class, id(id))
                .map(
                    row -> {
                      if (row == null || row.forgotten) {
                        throw PathId.notFound(ProblemCode.TARGET_NOT_FOUND);
                      }
                      return TargetView.of(row);
                    }));
  }

  @PATCH
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Replace the labels that users gave",
      description =
          "The agent's own labels stay. The target shows the new labels when the scheduler has them.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = Patch.class),
              examples = @ExampleObject(name = "labels", value = LABELS)))
  @APIResponse(
      responseCode = "202",
      description = "Sent to the scheduler",
      content = @Content(schema = @Schema(implementation = TargetView.class)))
  public Uni<Response> patch(@PathParam("id") String id, @Parameter(hidden = true) JsonNode body) {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    Map<String, String> labels = fields.texts("labels", MOST_LABELS, LONGEST_LABEL);
    if (!fields.has("labels")) {
      fields.violation("labels", "is missing");
    }
    fields.refuseUnknown();
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The labels cannot be used.");
    return accepted(orders.label(id(id), labels));
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      summary = "Forget a target that is away",
      description = "It leaves the lists, and comes back if its agent does.")
  @APIResponse(
      responseCode = "202",
      description = "Sent to the scheduler",
      content = @Content(schema = @Schema(implementation = TargetView.class)))
  public Uni<Response> delete(@PathParam("id") String id) {
    return accepted(orders.forget(id(id)));
  }

  @POST
  @Path("/{id}/drain")
  @Operation(summary = "Let a target finish what it runs and take nothing new")
  @APIResponse(
      responseCode = "202",
      description = "Sent to the scheduler",
      content = @Content(schema = @Schema(implementation = TargetView.class)))
  public Uni<Response> drain(@PathParam("id") String id, @Parameter(hidden = true) byte[] body) {
    NoBody.check(body, json);
    return accepted(orders.drain(id(id)));
  }

  @POST
  @Path("/{id}/undrain")
  @Operation(summary = "Let a target take jobs again")
  @APIResponse(
      responseCode = "202",
      description = "Sent to the scheduler",
      content = @Content(schema = @Schema(implementation = TargetView.class)))
  public Uni<Response> undrain(@PathParam("id") String id, @Parameter(hidden = true) byte[] body) {
    NoBody.check(body, json);
    return accepted(orders.undrain(id(id)));
  }

  private static Uni<Response> accepted(Uni<TargetView> target) {
    return target.map(view -> Response.accepted(view).build());
  }

  private static UUID id(String id) {
    return PathId.of(id, ProblemCode.TARGET_NOT_FOUND);
  }
}
