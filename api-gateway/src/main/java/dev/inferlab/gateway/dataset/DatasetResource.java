package dev.inferlab.gateway.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.gateway.dataset.image.ImageFormat;
import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.idempotency.IdempotencyKey;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.upload.Form;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
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

/** REST calls on datasets. */
@Path(DatasetResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "datasets", description = "Images")
public class DatasetResource {
  static final String PATH = "/api/v1/datasets";
  private static final String UPLOADS =
      """
      {
        "uploadIds": ["01936b1e-7a00-7000-8000-000000000007"],
        "options": {"name": "street scenes"}
      }
      """;

  private final ReceiveDataset receive;
  private final DatasetReads reads;
  private final ArtifactContent artifacts;
  private final Thumbnails thumbnails;
  private final Json json;

  DatasetResource(
      ReceiveDataset receive,
      DatasetReads reads,
      ArtifactContent artifacts,
      Thumbnails thumbnails,
      Json json) {
    this.receive = receive;
    this.reads = reads;
    this.artifacts = artifacts;
    this.thumbnails = thumbnails;
    this.json = json;
  }

  /** For the API description only. */
  @Schema(name = "DatasetForm")
  record FormBody(
      @Schema(
              type = SchemaType.ARRAY,
              format = "binary",
              description = "Images (JPEG, PNG, BMP) and archives of images (.zip, .tar, .tar.gz)")
          List<String> file,
      Options options) {}

  /** For the API description only. */
  @Schema(name = "DatasetOptions")
  record Options(@Schema(description = "Of the first file if absent") String name) {}

  /** For the API description only. */
  @Schema(name = "DatasetFromUploads")
  record UploadsBody(List<UUID> uploadIds, Options options) {}

  @POST
  @Blocking
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      operationId = "createDataset",
      summary = "Make a dataset of images",
      description = "Every image's header is checked before anything is stored.")
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
      content = @Content(schema = @Schema(implementation = DatasetView.class)))
  public Response createFromForm(
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
      operationId = "createDatasetFromUploads",
      summary = "Make a dataset of finished uploads")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = UploadsBody.class),
              examples = @ExampleObject(name = "archive", value = UPLOADS)))
  @APIResponse(
      responseCode = "202",
      description = "Accepted; Location names it",
      content = @Content(schema = @Schema(implementation = DatasetView.class)))
  public Response createFromUploads(
      @Parameter(hidden = true) JsonNode body, @Context HttpHeaders headers) throws IOException {
    return receive.uploads(Caller.of(headers), IdempotencyKey.of(headers), body).toResponse();
  }

  @GET
  @Operation(
      summary = "List datasets",
      description =
          "Sort by createdAt, name, imageCount or sizeBytes, with '-' before it for descending order; by name without regard to case.")
  @Parameter(name = "name", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "owner",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  public Uni<Page<DatasetView>> list(@Context UriInfo uri) {
    return reads.list(new ListRequest(uri));
  }

  @GET
  @Path("/{id}")
  @Operation(summary = "A dataset")
  public Uni<DatasetView> get(@PathParam("id") String id) {
    return reads.get(id(id)).map(DatasetView::of);
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Delete a dataset that no project uses")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Uni<Void> delete(@PathParam("id") String id) {
    return reads.delete(id(id));
  }

  @GET
  @Path("/{id}/images")
  @Operation(summary = "The dataset's images in the order of the upload")
  public Uni<Page<ImageView>> images(@PathParam("id") String id, @Context UriInfo uri) {
    return reads.images(id(id), new ListRequest(uri));
  }

  @GET
  @Path("/{id}/images/{name: .+}")
  @Blocking
  @Produces({"image/jpeg", "image/png", "image/bmp"})
  @Operation(summary = "An image's bytes, or a small JPEG of it")
  @Parameter(
      name = "width",
      in = ParameterIn.QUERY,
      description = "Of a thumbnail, in pixels",
      schema = @Schema(implementation = Integer.class, minimum = "16", maximum = "1024"))
  @APIResponse(
      responseCode = "200",
      description = "The image",
      content =
          @Content(
              mediaType = "image/jpeg",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  public Response image(
      @PathParam("id") String id,
      @PathParam("name") String name,
      @Parameter(hidden = true) @QueryParam("width") String width)
      throws IOException {
    UUID datasetId = id(id);
    int pixels = width == null ? 0 : width(width);
    if (name.indexOf('\0') >= 0) {
      throw new ProblemException(
          ProblemCode.DATASET_IMAGE_NOT_FOUND, "No image of the dataset has this name.");
    }
    Dataset dataset = reads.get(datasetId).await().indefinitely();
    DatasetImage image = reads.image(datasetId, name).await().indefinitely();
    Digest zip = new Digest(dataset.zipSha256, dataset.zipBytes);
    if (pixels > 0) {
      return safe(Response.ok(thumbnails.make(zip, image, pixels), "image/jpeg"));
    }
    Bounded bytes = new Bounded(artifacts.open(zip, image.dataOffset), image.sizeBytes);
    return safe(
        Response.ok(bytes, ImageFormat.valueOf(image.format).mediaType())
            .header(HttpHeaders.CONTENT_LENGTH, image.sizeBytes));
  }

  /** Images never change under their address, and are never taken for something that runs. */
  private static Response safe(Response.ResponseBuilder response) {
    return response
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'")
        .header(HttpHeaders.CACHE_CONTROL, "private, max-age=86400, immutable")
        .build();
  }

  private static int width(String text) {
    if (text.matches("\\d{1,4}")) {
      int width = Integer.parseInt(text);
      if (width >= Thumbnails.SMALLEST && width <= Thumbnails.LARGEST) {
        return width;
      }
    }
    throw new ProblemException(
        ProblemCode.REQUEST_INVALID,
        "The thumbnail's width cannot be used.",
        List.of(
            new Violation(
                "width",
                "must be a whole number from %d to %d"
                    .formatted(Thumbnails.SMALLEST, Thumbnails.LARGEST))));
  }

  private static UUID id(String id) {
    return PathId.of(id, ProblemCode.DATASET_NOT_FOUND);
  }
}
