package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.IdempotencyKey;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.upload.Form;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.common.annotation.Blocking;
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
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/** REST calls on catalogues of models. */
@Path(CatalogResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "catalog", description = "Models that can be had, in Open Model Zoo's form")
public class CatalogResource {
  static final String PATH = "/api/v1/catalog";
  static final String SOURCES = PATH + "/sources";
  private static final String FROM_UPLOAD =
      """
      {"uploadIds": ["01936b1e-7a00-7000-8000-000000000005"], "name": "open-model-zoo"}
      """;
  private static final String FROM_ADDRESS =
      """
      {"url": "https://models.example.org/zoo.tar.gz", "name": "zoo"}
      """;

  private final Entries entries;
  private final Sources sources;
  private final Json json;

  CatalogResource(Entries entries, Sources sources, Json json) {
    this.entries = entries;
    this.sources = sources;
    this.json = json;
  }

  /** For the API description only. */
  @Schema(name = "CatalogForm")
  record FormBody(
      @Schema(
              type = SchemaType.ARRAY,
              format = "binary",
              description =
                  "An archive (.zip, .tar, .tar.gz) of a checkout: folders with model.yml")
          List<String> file,
      Options options) {}

  /** For the API description only. */
  @Schema(name = "CatalogOptions")
  record Options(@Schema(description = "Of the archive if absent") String name) {}

  /** For the API description only. */
  @Schema(name = "CatalogSourceRequest")
  record SourceBody(
      @Schema(description = "Exactly one of uploadIds, folder and url: a finished upload")
          List<UUID> uploadIds,
      @Schema(description = "A folder that the operator configured, by its name") String folder,
      @Schema(description = "Address of an archive; it is fetched while the state is LOADING")
          String url,
      String name) {}

  @GET
  @Path("/entries")
  @Operation(
      summary = "Search the models of all catalogues",
      description =
          "Sort by name, task, framework or sizeBytes, with '-' before it for descending order; by name without regard to case. An entry that cannot be imported says why.")
  @Parameter(name = "task", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "taskType",
      in = ParameterIn.QUERY,
      description = "Open Model Zoo's word, for tasks that have none of ours",
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "framework",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class, examples = "onnx"))
  @Parameter(
      name = "precision",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class, examples = "FP16"))
  @Parameter(
      name = "q",
      in = ParameterIn.QUERY,
      description = "A part of the name or the description",
      schema = @Schema(implementation = String.class))
  @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "minSizeBytes",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = Long.class))
  @Parameter(
      name = "maxSizeBytes",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = Long.class))
  @Parameter(
      name = "sourceId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = UUID.class))
  @Parameter(
      name = "importable",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = Boolean.class))
  public Uni<Page<EntryView>> entries(@Context UriInfo uri) {
    return entries.list(new ListRequest(uri));
  }

  @GET
  @Path("/entries/{id}")
  @Operation(summary = "One model of a catalogue")
  public Uni<EntryView> entry(@PathParam("id") String id) {
    return entries.get(PathId.of(id, ProblemCode.CATALOG_ENTRY_NOT_FOUND));
  }

  @GET
  @Path("/sources")
  @Operation(
      summary = "List catalogues",
      description =
          "Sort by createdAt or name, with '-' before it for descending order; by name without regard to case.")
  @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "state",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  public Uni<Page<SourceView>> sources(@Context UriInfo uri) {
    return sources.list(new ListRequest(uri));
  }

  @GET
  @Path("/sources/{id}")
  @Operation(summary = "A catalogue, and how many models it has")
  public Uni<SourceView> source(@PathParam("id") String id) {
    return sources.get(PathId.of(id, ProblemCode.CATALOG_SOURCE_NOT_FOUND));
  }

  @POST
  @Path("/sources")
  @Blocking
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      operationId = "registerCatalogForm",
      summary = "Register a catalogue: an archive of a checkout of Open Model Zoo, or one like it",
      description =
          "Each folder with a model.yml becomes an entry. What is wrong with one is told in that entry; the others are not touched by it.")
  @Parameter(
      name = IdempotencyKey.HEADER,
      in = ParameterIn.HEADER,
      schema = @Schema(implementation = String.class, maxLength = 200))
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.MULTIPART_FORM_DATA,
              schema = @Schema(implementation = FormBody.class)))
  @APIResponse(
      responseCode = "201",
      description = "Registered; Location names it",
      content = @Content(schema = @Schema(implementation = SourceView.class)))
  public Response registerForm(
      @Parameter(hidden = true) MultipartFormDataInput form, @Context HttpHeaders headers)
      throws IOException {
    return sources
        .form(Caller.of(headers), IdempotencyKey.of(headers), Form.of(form, headers, json))
        .toResponse();
  }

  @POST
  @Path("/sources")
  @Blocking
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "registerCatalog",
      summary = "Register a catalogue: a finished upload, a folder of the operator, or an address",
      description =
          "An address is fetched in the background: the catalogue is LOADING, then READY or FAILED. Addresses inside the lab are refused unless the operator allows them: at once where the address says it, else when its name was looked up; then the catalogue is FAILED.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = SourceBody.class),
              examples = {
                @ExampleObject(name = "upload", value = FROM_UPLOAD),
                @ExampleObject(name = "address", value = FROM_ADDRESS)
              }))
  @APIResponse(
      responseCode = "201",
      description = "Registered; Location names it",
      content = @Content(schema = @Schema(implementation = SourceView.class)))
  @APIResponse(
      responseCode = "202",
      description = "The address is fetched; Location names the catalogue",
      content = @Content(schema = @Schema(implementation = SourceView.class)))
  public Response register(@Parameter(hidden = true) JsonNode body, @Context HttpHeaders headers)
      throws IOException {
    return sources.json(Caller.of(headers), IdempotencyKey.of(headers), body).toResponse();
  }

  @DELETE
  @Path("/sources/{id}")
  @Operation(summary = "Remove a catalogue; models that were imported from it stay")
  @APIResponse(responseCode = "204", description = "Removed")
  public Uni<Void> delete(@PathParam("id") String id) {
    return sources.delete(PathId.of(id, ProblemCode.CATALOG_SOURCE_NOT_FOUND));
  }
}
