package dev.inferlab.gateway.upload;

import dev.inferlab.gateway.http.Caller;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Resumable uploads by the tus protocol, version 1.0.0. */
@Path(UploadResource.PATH)
@Tag(name = "uploads", description = "Resumable uploads of large files (tus 1.0)")
@Blocking
public class UploadResource {
  static final String PATH = "/api/v1/uploads";
  private static final String VERSION = "1.0.0";
  private static final String RESUMABLE = "Tus-Resumable";
  private static final String OFFSET = "Upload-Offset";
  private static final String LENGTH = "Upload-Length";
  private static final String METADATA = "Upload-Metadata";
  private static final String EXPIRES = "Upload-Expires";
  private static final int LONGEST_NAME = 1024;

  private final Uploads uploads;
  private final long maxSize;

  UploadResource(
      Uploads uploads, @ConfigProperty(name = "inferlab.upload.max-size") MemorySize maxSize) {
    this.uploads = uploads;
    this.maxSize = maxSize.asLongValue();
  }

  @OPTIONS
  @Operation(summary = "What is spoken here: version, extensions, size limit")
  @APIResponse(responseCode = "204", description = "In headers")
  public Response options() {
    return Response.noContent()
        .header(RESUMABLE, VERSION)
        .header("Tus-Version", VERSION)
        .header("Tus-Extension", "creation,expiration,termination")
        .header("Tus-Max-Size", maxSize)
        .build();
  }

  @POST
  @Operation(summary = "Begin an upload; Location names it")
  @Parameter(
      name = RESUMABLE,
      in = ParameterIn.HEADER,
      required = true,
      schema = @Schema(implementation = String.class, enumeration = VERSION))
  @Parameter(
      name = LENGTH,
      in = ParameterIn.HEADER,
      required = true,
      schema = @Schema(implementation = Long.class))
  @Parameter(
      name = METADATA,
      in = ParameterIn.HEADER,
      required = true,
      description = "filename, in base64",
      schema = @Schema(implementation = String.class, examples = "filename bW9kZWwub25ueA=="))
  @APIResponse(responseCode = "201", description = "Begun")
  public Response create(@Context HttpHeaders headers) {
    requireVersion(headers);
    long length = number(headers, LENGTH);
    if (length > maxSize) {
      throw new ProblemException(
          ProblemCode.UPLOAD_TOO_LARGE, "At most %,d bytes are taken.".formatted(maxSize));
    }
    Upload upload = uploads.create(Caller.of(headers), fileName(headers), length);
    return head(Response.created(URI.create(PATH + "/" + upload.id)), upload).build();
  }

  @HEAD
  @Path("/{id}")
  @Operation(summary = "How much of an upload is kept")
  @Parameter(
      name = RESUMABLE,
      in = ParameterIn.HEADER,
      required = true,
      schema = @Schema(implementation = String.class, enumeration = VERSION))
  @APIResponse(responseCode = "200", description = "In headers")
  public Response offset(@PathParam("id") String id, @Context HttpHeaders headers) {
    requireVersion(headers);
    Upload upload = uploads.get(Caller.of(headers), id(id));
    return head(Response.ok(), upload)
        .header(OFFSET, upload.receivedBytes)
        .header(LENGTH, upload.lengthBytes)
        .build();
  }

  @PATCH
  @Path("/{id}")
  @Consumes("application/offset+octet-stream")
  @Operation(summary = "Go on with an upload")
  @Parameter(
      name = RESUMABLE,
      in = ParameterIn.HEADER,
      required = true,
      schema = @Schema(implementation = String.class, enumeration = VERSION))
  @Parameter(
      name = OFFSET,
      in = ParameterIn.HEADER,
      required = true,
      schema = @Schema(implementation = Long.class))
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = "application/offset+octet-stream",
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(responseCode = "204", description = "Stored; Upload-Offset says how much there is")
  public Response append(
      @PathParam("id") String id,
      @Context HttpHeaders headers,
      @Parameter(hidden = true) InputStream bytes) {
    requireVersion(headers);
    Upload upload = uploads.get(Caller.of(headers), id(id));
    long offset = uploads.append(upload, number(headers, OFFSET), bytes);
    return head(Response.noContent(), upload).header(OFFSET, offset).build();
  }

  @DELETE
  @Path("/{id}")
  @Operation(summary = "Give an upload up")
  @Parameter(
      name = RESUMABLE,
      in = ParameterIn.HEADER,
      required = true,
      schema = @Schema(implementation = String.class, enumeration = VERSION))
  @APIResponse(responseCode = "204", description = "Removed")
  public Response delete(@PathParam("id") String id, @Context HttpHeaders headers) {
    requireVersion(headers);
    Upload upload = uploads.get(Caller.of(headers), id(id));
    uploads.delete(upload.id).await().indefinitely();
    return Response.noContent().header(RESUMABLE, VERSION).build();
  }

  private static Response.ResponseBuilder head(Response.ResponseBuilder response, Upload upload) {
    return response
        .header(RESUMABLE, VERSION)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header(
            EXPIRES,
            DateTimeFormatter.RFC_1123_DATE_TIME.format(upload.expiresAt.atOffset(ZoneOffset.UTC)));
  }

  private static void requireVersion(HttpHeaders headers) {
    if (!VERSION.equals(headers.getHeaderString(RESUMABLE))) {
      throw new ProblemException(
          ProblemCode.UPLOAD_VERSION_UNSUPPORTED, "The request does not say Tus-Resumable: 1.0.0.");
    }
  }

  private static long number(HttpHeaders headers, String name) {
    String text = headers.getHeaderString(name);
    if (text == null || !text.matches("\\d{1,18}")) {
      throw invalid(name, "must be a whole number that is not negative");
    }
    return Long.parseLong(text);
  }

  private static String fileName(HttpHeaders headers) {
    String metadata = headers.getHeaderString(METADATA);
    for (String pair : metadata == null ? new String[0] : metadata.split(",", 64)) {
      String[] parts = pair.strip().split(" ", 2);
      if (parts[0].equals("filename") && parts.length == 2) {
        try {
          String name =
              new String(Base64.getDecoder().decode(parts[1].strip()), StandardCharsets.UTF_8);
          Optional<String> fault = PlainText.fault(name);
          if (fault.isPresent()) {
            throw invalid(METADATA, "has a filename that " + fault.get());
          }
          if (!PlainText.isBlank(name) && name.length() <= LONGEST_NAME) {
            return name;
          }
        } catch (IllegalArgumentException e) {
          throw invalid(METADATA, "has a filename that is not base64");
        }
      }
    }
    throw invalid(METADATA, "must have a filename of 1 to %d characters".formatted(LONGEST_NAME));
  }

  private static ProblemException invalid(String header, String reason) {
    return new ProblemException(
        ProblemCode.REQUEST_INVALID,
        "A header cannot be used.",
        List.of(new Violation(header, reason)));
  }

  private static UUID id(String id) {
    return PathId.of(id, ProblemCode.UPLOAD_NOT_FOUND);
  }
}
