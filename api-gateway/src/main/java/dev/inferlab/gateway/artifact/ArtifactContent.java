package dev.inferlab.gateway.artifact;

import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;

/** Gives artifacts to users. Blocking: call from worker threads. */
@ApplicationScoped
public class ArtifactContent {
  private final ArtifactStore store;

  ArtifactContent(ArtifactStore store) {
    this.store = store;
  }

  public InputStream open(dev.inferlab.proto.job.v1.Digest digest) {
    return store.open(Digest.of(digest), 0);
  }

  public InputStream open(Digest digest, long offset) {
    return store.open(digest, offset);
  }

  /** The whole artifact, streamed, with its check sum. */
  public Response response(
      dev.inferlab.proto.job.v1.Digest digest, String mediaType, String fileName) {
    return Response.ok(open(digest), mediaType)
        .header(HttpHeaders.CONTENT_LENGTH, digest.getSizeBytes())
        .header("Repr-Digest", reprDigest(digest.getSha256()))
        .header("X-Content-Type-Options", "nosniff")
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s\"".formatted(fileName))
        .build();
  }

  /** RFC 9530's form of a SHA-256. */
  public static String reprDigest(String sha256) {
    return "sha-256=:%s:"
        .formatted(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)));
  }
}
