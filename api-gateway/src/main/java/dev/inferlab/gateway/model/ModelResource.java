package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.IdempotencyKey;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.upload.Form;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.smallrye.common.annotation.Blocking;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

/** REST calls on models. */
@Path(ModelResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "models", description = "Networks, imported to OpenVINO IR")
public class ModelResource {
  static final String PATH = "/api/v1/models";
  private static final String UPLOADS =
      """
      {
        "uploadIds": ["01936b1e-7a00-7000-8000-000000000005", "01936b1e-7a00-7000-8000-000000000006"],
        "options": {
          "name": "mobilenet-v2",
          "conversion": {"precision": "FP16"},
          "task": "image-classification",
          "inputSpec": {
            "layout": "NCHW", "colour": "RGB", "resize": "CROP",
            "mean": [123.675, 116.28, 103.53], "scale": [58.395, 57.12, 57.375]
          },
          "labels": {"set": "imagenet-1000"}
        }
      }
      """;
  private static final String SCAN =
      """
      {
        "uploadIds": ["01936b1e-7a00-7000-8000-000000000005", "01936b1e-7a00-7000-8000-000000000006"],
        "options": {"name": "to be looked at first", "convert": false}
      }
      """;
  private static final String FROM_CATALOG =
      """
      {"catalogEntry": "mnist-conv", "options": {"conversion": {"precision": "FP16"}}}
      """;
  private static final String FROM_URL =
      """
      {"url": "https://models.example.org/detector.onnx", "options": {"name": "detector"}}
      """;
  private static final String CHANGE =
      """
      {
        "name": "yolo-rgb", "task": "object-detection", "taskSettings": {"threshold": 0.4},
        "inputSpec": {"layout": "NCHW", "colour": "RGB", "resize": "LETTERBOX", "padValue": 114},
        "labels": {"names": ["cat", "dog"]}
      }
      """;
  private static final String BACK =
      """
      {"task": null, "inputSpec": null}
      """;

  private static final List<String> SOURCES = List.of("catalogEntry", "url", "uploadIds");

  private final ReceiveModel receive;
  private final CatalogImports catalog;
  private final UrlImports urls;
  private final ModelReads reads;
  private final PatchModel patch;
  private final DeleteModel delete;
  private final Json json;

  ModelResource(
      ReceiveModel receive,
      CatalogImports catalog,
      UrlImports urls,
      ModelReads reads,
      PatchModel patch,
      DeleteModel delete,
      Json json) {
    this.receive = receive;
    this.catalog = catalog;
    this.urls = urls;
    this.reads = reads;
    this.patch = patch;
    this.delete = delete;
    this.json = json;
  }

  /** For the API description only. */
  @Schema(name = "ModelForm")
  record FormBody(
      @Schema(
              type = SchemaType.ARRAY,
              format = "binary",
              description = "The model's files, or one archive (.zip, .tar, .tar.gz) with them")
          List<String> file,
      Options options) {}

  /** For the API description only. */
  @Schema(name = "ModelOptions")
  record Options(
      @Schema(description = "Of the first file, catalogue entry or address if absent") String name,
      @Schema(
              description = "To be sure; found out if absent",
              enumeration = {
                "IR",
                "ONNX",
                "TENSORFLOW",
                "TENSORFLOW_SAVED_MODEL",
                "TENSORFLOW_META_GRAPH",
                "TFLITE",
                "PADDLE",
                "CAFFE",
                "MXNET"
              })
          String format,
      @Schema(
              description = "false: the files are looked at only; convert them later",
              defaultValue = "true")
          Boolean convert,
      @Schema(
              description =
                  "Of catalogue entries only, one of the entry's. Of an entry in OpenVINO IR: which of its files are fetched; conversion.precision may then make others of them. Of any other entry: short for conversion.precision; both may be given only if they agree, and neither with convert: false",
              examples = "FP16")
          String precision,
      @Schema(description = "Its precision is the home of what the weights become")
          Conversion conversion,
      String task,
      @Schema(implementation = Object.class, description = "Of the task's adapter, up to 16 KiB")
          Object taskSettings,
      InputSpec inputSpec,
      Labels labels) {}

  /** For the API description only. */
  @Schema(name = "ModelFromUploads")
  record UploadsBody(
      @Schema(description = "Either these") List<UUID> uploadIds,
      @Schema(
              description =
                  "Or a model of a catalogue, by its id, its name, or 'catalogue/name'. Refused at once where one of its files has an address inside the lab's network",
              examples = "yolo11n")
          String catalogEntry,
      @Schema(
              description =
                  "Or the http or https address of a file, or of an archive (.zip, .tar, .tar.gz) with several. Addresses inside the lab's network are refused unless the operator allows them: at once where the address says it, else when its name was looked up; then the model is FAILED")
          String url,
      Options options) {}

  /** For the API description only. */
  @Schema(name = "ModelPatch")
  record Patch(
      String name,
      @Schema(
              nullable = true,
              description = "null: what the model came with counts again, or the guess")
          String task,
      @Schema(implementation = Object.class, nullable = true) Object taskSettings,
      @Schema(
              nullable = true,
              description =
                  "null: what the model came with counts again, or the guess. Layout, colour, mean and scale must agree with the input's shape, as far as that is known")
          InputSpec inputSpec,
      @Schema(nullable = true) Labels labels) {}

  @POST
  @Blocking
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      operationId = "importModel",
      summary = "Import a model",
      description =
          "Files are checked before anything is stored. Then a job converts them to IR: the model is IMPORTING, then READY or FAILED. With convert: false it stays SCANNED (201).")
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
      responseCode = "202",
      description = "Accepted; Location names it",
      content = @Content(schema = @Schema(implementation = ModelView.class)))
  public Response importForm(
      @Parameter(hidden = true) MultipartFormDataInput form, @Context HttpHeaders headers)
      throws IOException {
    return receive
        .form(Caller.of(headers), IdempotencyKey.of(headers), Form.of(form, headers, json))
        .toResponse();
  }

  @POST
  @Blocking
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "importUploadedModel",
      summary = "Import a model from finished uploads, a catalogue, or a web address")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = UploadsBody.class),
              examples = {
                @ExampleObject(name = "convert", value = UPLOADS),
                @ExampleObject(name = "scan", value = SCAN),
                @ExampleObject(name = "catalogue", value = FROM_CATALOG),
                @ExampleObject(name = "address", value = FROM_URL)
              }))
  @APIResponse(
      responseCode = "202",
      description = "Accepted; Location names it",
      content = @Content(schema = @Schema(implementation = ModelView.class)))
  public Response importUploads(
      @Parameter(hidden = true) JsonNode body, @Context HttpHeaders headers) throws IOException {
    String owner = Caller.of(headers);
    Optional<String> key = IdempotencyKey.of(headers);
    requireOneSource(body);
    if (body != null && body.hasNonNull("catalogEntry")) {
      return catalog.begin(owner, key, body).toResponse();
    }
    return body != null && body.hasNonNull("url")
        ? urls.begin(owner, key, body).toResponse()
        : receive.uploads(owner, key, body).toResponse();
  }

  private static void requireOneSource(JsonNode body) {
    if (body != null && SOURCES.stream().filter(body::hasNonNull).count() > 1) {
      throw new ProblemException(
          ProblemCode.REQUEST_INVALID,
          "It is not clear which model is to be imported.",
          List.of(new Violation("", "only one of catalogEntry, url and uploadIds may be given")));
    }
  }

  @GET
  @Operation(
      summary = "List models",
      description =
          "Sort by createdAt, updatedAt, name, format or sizeBytes, with '-' before it for descending order; by name without regard to case.")
  @Parameter(
      name = "state",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "origin",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "rootId",
      in = ParameterIn.QUERY,
      description = "A family: the import with this id and all that came of it",
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "parentId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "format",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(name = "task", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "precision",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "owner",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  public Uni<Page<ModelView>> list(@Context UriInfo uri) {
    return reads.list(new ListRequest(uri));
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "A model with its inputs, outputs and state")
  public Uni<ModelView> get(@PathParam("id") String id) {
    return reads.get(id(id));
  }

  @PATCH
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Change a model's name, task, input spec or labels",
      description =
          "Each is replaced as a whole. Null takes a value back: then what was guessed counts. Experiments use what holds when they are submitted.")
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = Patch.class),
              examples = {
                @ExampleObject(name = "tell", value = CHANGE),
                @ExampleObject(name = "take back", value = BACK)
              }))
  public Uni<ModelView> patch(@PathParam("id") String id, @Parameter(hidden = true) JsonNode body) {
    return patch.patch(id(id), JsonFields.of(body, "", new Violations()));
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      summary = "Delete a model that nothing uses",
      description =
          "Refused while projects or other versions need it; an import under way is cancelled.")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Uni<Void> delete(@PathParam("id") String id) {
    return delete.delete(id(id));
  }

  static UUID id(String id) {
    return PathId.of(id, ProblemCode.MODEL_NOT_FOUND);
  }
}
