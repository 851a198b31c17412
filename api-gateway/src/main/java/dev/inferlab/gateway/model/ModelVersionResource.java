package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.IdempotencyKey;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.model.conversion.ConversionRequest;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
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

/** REST calls on the versions of a model: one more, and which there are. */
@Path(ModelResource.PATH + "/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "models")
public class ModelVersionResource {
  private static final String HALVED =
      """
      {"precision": "FP16"}
      """;
  private static final String RESHAPED =
      """
      {"inputs": [{"name": "image", "shape": [-1, 3, 16, 16]}]}
      """;
  private static final String NORMALISED =
      """
      {
        "precision": "FP16",
        "inputs": [{
          "name": "image", "layout": "NCHW", "reverseChannels": true,
          "mean": [123.675, 116.28, 103.53], "scale": [58.395, 57.12, 57.375]
        }]
      }
      """;

  private final ConvertModel convert;
  private final ModelReads reads;

  ModelVersionResource(ConvertModel convert, ModelReads reads) {
    this.convert = convert;
    this.reads = reads;
  }

  @POST
  @Path("/conversions")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Convert the original files with other options: one more version",
      description =
          "The version that there is stays as it is. Of the same options there is one version: asked again, it is given with 200, and no second job runs. Options that the model does not fit are refused, all of them at once; each reason begins with missing, unknown, unsuitable or invalid.")
  @Parameter(
      name = IdempotencyKey.HEADER,
      in = ParameterIn.HEADER,
      schema = @Schema(implementation = String.class, maxLength = 200))
  @RequestBody(
      required = true,
      content =
          @Content(
              schema = @Schema(implementation = Conversion.class),
              examples = {
                @ExampleObject(name = "half precision", value = HALVED),
                @ExampleObject(name = "another shape", value = RESHAPED),
                @ExampleObject(name = "normalisation built in", value = NORMALISED)
              }))
  @APIResponse(
      responseCode = "202",
      description = "The new version; Location names it",
      content = @Content(schema = @Schema(implementation = ModelView.class)))
  @APIResponse(
      responseCode = "200",
      description = "The version that was made with these options before",
      content = @Content(schema = @Schema(implementation = ModelView.class)))
  public Uni<Response> convert(
      @PathParam("id") String id,
      @Parameter(hidden = true) JsonNode body,
      @Context HttpHeaders headers) {
    UUID modelId = ModelResource.id(id);
    Violations shape = new Violations();
    JsonFields.of(body, "", shape);
    shape.throwIfAny(ProblemCode.REQUEST_INVALID, "The conversion cannot be read.");
    String request =
        "POST %s/%s/conversions\n%s".formatted(ModelResource.PATH, modelId, CanonicalJson.of(body));
    return convert
        .convert(
            Caller.of(headers),
            IdempotencyKey.of(headers),
            request,
            modelId,
            ConversionRequest.read(body, ""))
        .map(Answer::toResponse);
  }

  @GET
  @Path("/versions")
  @Operation(
      summary = "All versions of a model's files, with what each was made with",
      description =
          "The import and all that came of it, whichever of them is asked; the oldest first. Sorts as the list of models.")
  public Uni<Page<ModelView>> versions(@PathParam("id") String id, @Context UriInfo uri) {
    return reads.versions(ModelResource.id(id), new ListRequest(uri));
  }
}
