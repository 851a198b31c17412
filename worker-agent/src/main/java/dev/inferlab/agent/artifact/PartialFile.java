package dev.inferlab.agent.artifact;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** The end of a file that is being downloaded; refuses more bytes than were announced. */
final class PartialFile implements ArtifactSource.Sink, AutoCloseable {
  private final OutputStream out;
  private final MessageDigest sha256;
  private long room;

  PartialFile(Path file, long sizeBytes, MessageDigest sha256) throws IOException {
    this.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    this.sha256 = sha256;
    this.room = sizeBytes - Files.size(file);
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    if (bytes.length > room) {
      throw new IOException("More bytes arrived than the artifact has.");
    }
    out.write(bytes);
    sha256.update(bytes);
    room -= bytes.length;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
