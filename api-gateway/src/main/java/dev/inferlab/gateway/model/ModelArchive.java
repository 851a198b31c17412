package dev.inferlab.gateway.model;

import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A model's IR as a zip file, made while it is sent. The same model gives the same bytes, so that
 * their check sum can be told before.
 */
@ApplicationScoped
class ModelArchive {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ArtifactContent artifacts;

  ModelArchive(ArtifactContent artifacts) {
    this.artifacts = artifacts;
  }

  /** Length and check sum of what {@link #write} will write. */
  record Summary(long sizeBytes, String sha256) {}

  Summary summary(Model model) throws IOException {
    requireReady(model);
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      CountingStream count = new CountingStream();
      try (OutputStream out = new DigestOutputStream(count, sha256)) {
        write(model, out);
      }
      return new Summary(count.size, HexFormat.of().formatHex(sha256.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void write(Model model, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    // Weights hardly shrink: stored without effort, and without knowing their check sum before.
    zip.setLevel(Deflater.NO_COMPRESSION);
    add(zip, "model.xml", new Digest(model.xmlSha256, model.xmlBytes));
    add(zip, "model.bin", new Digest(model.binSha256, model.binBytes));
    zip.finish();
    zip.flush();
  }

  private void add(ZipOutputStream zip, String name, Digest digest) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    try (InputStream bytes = artifacts.open(digest, 0)) {
      bytes.transferTo(zip);
    }
    zip.closeEntry();
  }

  private static void requireReady(Model model) {
    if (!model.state.equals(Model.READY)) {
      throw new ProblemException(
          ProblemCode.MODEL_NOT_READY, "The model is %s.".formatted(model.state));
    }
  }

  /** Counts and drops. */
  private static final class CountingStream extends OutputStream {
    private long size;

    @Override
    public void write(int b) {
      size++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      size += length;
    }
  }
}
