package dev.inferlab.agent.artifact;

import dev.inferlab.proto.job.v1.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 names of bytes. */
public final class Digests {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private Digests() {}

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** Whether it can name bytes at all; everything else must not become part of a file name. */
  public static boolean valid(Digest digest) {
    return HEX.matcher(digest.getSha256()).matches() && digest.getSizeBytes() >= 0;
  }

  public static Digest of(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    long size = update(sha256, file);
    return Digest.newBuilder()
        .setSha256(HexFormat.of().formatHex(sha256.digest()))
        .setSizeBytes(size)
        .build();
  }

  /** Adds the file's bytes; answers how many. */
  static long update(MessageDigest sha256, Path file) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        size += n;
      }
    }
    return size;
  }
}
