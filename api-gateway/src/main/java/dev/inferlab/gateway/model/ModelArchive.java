package dev.inferlab.gateway.model;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.inferlab.gateway.artifact.ArtifactContent;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.platform.artifact.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A model's files as a zip file, made while it is sent. The same model gives the same bytes, so
 * that their check sum can be told before.
 */
@ApplicationScoped
class ModelArchive {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final TypeReference<List<ModelFile>> FILES = new TypeReference<>() {};

  private static final int MOST_SUMMARIES = 1_000;

  private final ArtifactContent artifacts;
  private final Json json;

  /** By entity tag, the least recently used first. */
  private final Map<String, Summary> summaries =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Summary> eldest) {
              return size() > MOST_SUMMARIES;
            }
          });

  ModelArchive(ArtifactContent artifacts, Json json) {
    this.artifacts = artifacts;
    this.json = json;
  }

  /**
   * @param files by name, in their order in the archive
   */
  record Contents(Map<String, Digest> files) {
    /** In the form that the program sha256sum writes and reads. */
    String checksums() {
      StringBuilder text = new StringBuilder();
      files.forEach((name, digest) -> text.append("%s  %s\n".formatted(digest.sha256(), name)));
      return text.toString();
    }

    /** Known without reading the files. */
    String entityTag() {
      return "\"%s\"".formatted(Submits.sha256(checksums()));
    }
  }

  /** Length and check sum of what {@link #write} will write. */
  record Summary(long sizeBytes, String sha256) {}

  Contents contents(Model model, boolean originals) {
    model.requireReady();
    Map<String, Digest> files = new LinkedHashMap<>();
    files.put("model.xml", new Digest(model.xmlSha256, model.xmlBytes));
    files.put("model.bin", new Digest(model.binSha256, model.binBytes));
    if (originals) {
      for (ModelFile file : json.read(model.files, FILES)) {
        files.put("originals/" + file.name(), new Digest(file.sha256(), file.sizeBytes()));
      }
    }
    return new Contents(files);
  }

  /** Reads all files, but only once for the same contents: their archive is the same. */
  Summary summary(Contents contents) throws IOException {
    Summary known = summaries.get(contents.entityTag());
    if (known == null) {
      known = summarise(contents);
      summaries.put(contents.entityTag(), known);
    }
    return known;
  }

  private Summary summarise(Contents contents) throws IOException {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      CountingStream count = new CountingStream();
      try (OutputStream out = new DigestOutputStream(count, sha256)) {
        write(contents, out);
      }
      return new Summary(count.size, HexFormat.of().formatHex(sha256.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void write(Contents contents, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    // Weights hardly shrink: stored without effort, and without knowing their CRC before.
    zip.setLevel(Deflater.NO_COMPRESSION);
    for (Map.Entry<String, Digest> file : contents.files().entrySet()) {
      try (InputStream bytes = artifacts.open(file.getValue(), 0)) {
        add(zip, file.getKey(), bytes);
      }
    }
    byte[] checksums = contents.checksums().getBytes(StandardCharsets.UTF_8);
    add(zip, "checksums.txt", new ByteArrayInputStream(checksums));
    zip.finish();
    zip.flush();
  }

  private static void add(ZipOutputStream zip, String name, InputStream bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    bytes.transferTo(zip);
    zip.closeEntry();
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
