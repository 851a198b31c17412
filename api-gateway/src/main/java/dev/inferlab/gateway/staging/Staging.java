package dev.inferlab.gateway.staging;

import dev.inferlab.platform.artifact.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * A folder for the files of one request. Names in it are numbers: nothing that a user wrote becomes
 * a path. Closing it removes everything.
 */
public final class Staging implements AutoCloseable {
  private final Path folder;
  private int count;

  Staging(Path folder) {
    this.folder = folder;
  }

  /** A new, empty file. */
  public Path newFile() throws IOException {
    return Files.createFile(folder.resolve(Integer.toString(count++)));
  }

  /** Copies the stream to its end. */
  public StagedFile add(String name, InputStream content) throws IOException {
    Path file = newFile();
    return new StagedFile(name, file, copy(content, Files.newOutputStream(file)));
  }

  /** Takes a file that lies on this machine already and stays there until the request ends. */
  public StagedFile adopt(String name, Path file) throws IOException {
    return new StagedFile(name, file, digest(file));
  }

  public static Digest digest(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file, StandardOpenOption.READ)) {
      return copy(content, OutputStream.nullOutputStream());
    }
  }

  private static Digest copy(InputStream content, OutputStream target) throws IOException {
    MessageDigest sha256 = sha256();
    try (OutputStream out = new DigestOutputStream(target, sha256)) {
      long size = content.transferTo(out);
      return new Digest(HexFormat.of().formatHex(sha256.digest()), size);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    remove(folder);
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
