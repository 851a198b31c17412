package dev.inferlab.gateway.model;

import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.gateway.http.EntityTags;
import dev.inferlab.gateway.model.analysis.AnalysisView;
import dev.inferlab.gateway.model.analysis.StoredAnalysis;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** REST calls on what is in a READY model: its analysis, its graph, its files. */
@Path(ModelResource.PATH + "/{id}")
@Tag(name = "models")
public class ModelContentResource {
  private final ModelReads reads;
  private final ModelArchive archive;
  private final ArtifactContent artifacts;

  ModelContentResource(ModelReads reads, ModelArchive archive, ArtifactContent artifacts) {
    this.reads = reads;
    this.archive = archive;
    this.artifacts = artifacts;
  }

  @GET
  @Path("/analysis")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "What the model's graph tells without running it")
  @APIResponse(
      responseCode = "200",
      description = "The analysis",
      content = @Content(schema = @Schema(implementation = AnalysisView.class)))
  public Uni<String> analysis(@PathParam("id") String id) {
    return reads.analysis(ModelResource.id(id)).map(StoredAnalysis::document);
  }

  @GET
  @Path("/graph")
  @Blocking
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "The IR's graph as JSON: one node a layer of the IR, and the edges",
      description = "Compressed for clients that accept gzip.")
  @APIResponse(
      responseCode = "200",
      description = "The graph",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Object.class)))
  @APIResponse(responseCode = "304", description = "Unchanged: If-None-Match has its ETag")
  public Response graph(@PathParam("id") String id, @Context HttpHeaders headers) {
    Digest graph =
        reads
            .analysis(ModelResource.id(id))
            .await()
            .indefinitely()
            .graph()
            .orElseThrow(ModelReads::notAnalysed);
    boolean gzip = EntityTags.acceptsGzip(headers);
    // Each encoding is a representation of its own.
    String tag = "\"%s%s\"".formatted(graph.sha256(), gzip ? "-gzip" : "");
    Response.ResponseBuilder response =
        EntityTags.matches(headers, tag)
            ? Response.notModified()
            : Response.ok((StreamingOutput) out -> copy(graph, gzip, out))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header("X-Content-Type-Options", "nosniff");
    response.header(HttpHeaders.ETAG, tag).header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (gzip) {
      response.header(HttpHeaders.CONTENT_ENCODING, "gzip");
    } else {
      response.header("Repr-Digest", ArtifactContent.reprDigest(graph.sha256()));
    }
    return response.build();
  }

  private void copy(Digest graph, boolean gzip, OutputStream out) throws IOException {
    try (InputStream bytes = artifacts.open(graph, 0)) {
      if (gzip) {
        GZIPOutputStream zip = new GZIPOutputStream(out);
        bytes.transferTo(zip);
        zip.finish();
      } else {
        bytes.transferTo(out);
      }
    }
  }

  @GET
  @Path("/archive")
  @Blocking
  @Produces("application/zip")
  @Operation(
      summary = "The model's files as a zip file; Repr-Digest has its SHA-256",
      description =
          "model.xml, model.bin and checksums.txt, which 'sha256sum -c' reads; with include=originals also the files as they were uploaded, in the folder originals.")
  @Parameter(
      name = "include",
      in = ParameterIn.QUERY,
      schema =
          @Schema(
              implementation = String.class,
              enumeration = {"originals"}))
  @APIResponse(
      responseCode = "200",
      description = "The archive",
      content =
          @Content(
              mediaType = "application/zip",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(responseCode = "304", description = "Unchanged: If-None-Match has its ETag")
  public Response archive(
      @PathParam("id") String id,
      @Parameter(hidden = true) @QueryParam("include") String include,
      @Context HttpHeaders headers)
      throws IOException {
    if (include != null && !include.equals("originals")) {
      throw new ProblemException(
          ProblemCode.FILTER_INVALID,
          "A query parameter cannot be used.",
          List.of(new Violation("include", "must be originals, or left out")));
    }
    ModelArchive.Contents contents =
        archive.contents(reads.row(ModelResource.id(id)).await().indefinitely(), include != null);
    String tag = contents.entityTag();
    if (EntityTags.matches(headers, tag)) {
      return Response.notModified().header(HttpHeaders.ETAG, tag).build();
    }
    ModelArchive.Summary summary = archive.summary(contents);
    StreamingOutput stream = out -> archive.write(contents, out);
    return Response.ok(stream, "application/zip")
        .header(HttpHeaders.CONTENT_LENGTH, summary.sizeBytes())
        .header(HttpHeaders.ETAG, tag)
        .header("Repr-Digest", ArtifactContent.reprDigest(summary.sha256()))
        .header("X-Content-Type-Options", "nosniff")
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"model.zip\"")
        .build();
  }
}
