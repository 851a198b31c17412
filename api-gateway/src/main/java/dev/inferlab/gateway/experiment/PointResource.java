package dev.inferlab.gateway.experiment;

import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.gateway.experiment.profile.LayerQuery;
import dev.inferlab.gateway.experiment.profile.LayerView;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.Slice;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.proto.job.v1.Digest;
import dev.inferlab.proto.job.v1.LayerTable;
import dev.inferlab.proto.job.v1.ProfilePoint;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the counter pass of one measured point left: layers and the executed graph. */
@Path("/api/v1/experiments/{id}/points/{index}")
@Tag(name = "experiments")
@Blocking
public class PointResource {
  private static final long LARGEST_TABLE = 64L << 20;

  private final ExperimentReads reads;
  private final ArtifactContent artifacts;

  PointResource(ExperimentReads reads, ArtifactContent artifacts) {
    this.reads = reads;
    this.artifacts = artifacts;
  }

  @GET
  @Path("/layers")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Layers with type, kernel, precision, time and share",
      description =
          "Sort by order, name, type, precision or timeUs, with '-' before it for descending order.")
  @Parameter(
      name = "name",
      in = ParameterIn.QUERY,
      description = "A part of it",
      schema = @Schema(implementation = String.class))
  @Parameter(name = "type", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "precision",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "status",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "minTimeUs",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = Double.class))
  @Parameter(name = "sort", in = ParameterIn.QUERY, schema = @Schema(implementation = String.class))
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      description = "Most items of a page, 1 to 200; without it, all that are left",
      schema = @Schema(implementation = Integer.class))
  @Parameter(
      name = "cursor",
      in = ParameterIn.QUERY,
      description = "The nextCursor of the page before",
      schema = @Schema(implementation = String.class))
  public Page<LayerView> layers(
      @PathParam("id") String id, @PathParam("index") String index, @Context UriInfo uri)
      throws IOException {
    ListRequest request = new ListRequest(uri);
    LayerQuery query = LayerQuery.of(request);
    Slice slice = request.slice();
    request.check();
    ProfilePoint point = point(id, index);
    Digest digest = require(point.hasLayers(), point.getLayers());
    if (digest.getSizeBytes() > LARGEST_TABLE) {
      throw new ProblemException(
          ProblemCode.JOB_RESULT_INVALID, "The table of layers is larger than any model has.");
    }
    try (InputStream bytes = artifacts.open(digest)) {
      return slice.of(
          query.apply(LayerTable.parseFrom(bytes)),
          PathId.of(id, ProblemCode.EXPERIMENT_NOT_FOUND),
          index + "\n" + digest.getSha256() + "\n" + query);
    }
  }

  @GET
  @Path("/graph")
  @Produces(MediaType.APPLICATION_XML)
  @Operation(summary = "The executed graph as OpenVINO writes it")
  @APIResponse(
      responseCode = "200",
      description = "XML",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_XML,
              schema = @Schema(type = SchemaType.STRING)))
  public Response graph(@PathParam("id") String id, @PathParam("index") String index) {
    ProfilePoint point = point(id, index);
    Digest digest = require(point.hasGraph(), point.getGraph());
    return artifacts.response(digest, MediaType.APPLICATION_XML, "graph.xml");
  }

  private ProfilePoint point(String id, String index) {
    return reads
        .point(PathId.of(id, ProblemCode.EXPERIMENT_NOT_FOUND), index)
        .await()
        .indefinitely();
  }

  private static Digest require(boolean present, Digest digest) {
    if (!present) {
      throw new ProblemException(
          ProblemCode.EXPERIMENT_LAYERS_NOT_FOUND, "The point was not measured to its end.");
    }
    return digest;
  }
}
