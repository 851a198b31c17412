package dev.inferlab.platform.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A new artifact in a temporary file. */
final class StagedWriter extends ArtifactWriter {
  private final Path file;
  private final FileChannel channel;
  private final long limit;
  private final Home home;
  private final ArtifactBytes bytes;
  private final MessageDigest sha256 = Sha256.begin();
  private long size;
  private Digest sealed;

  StagedWriter(Path file, long limit, Home home, ArtifactBytes bytes) throws IOException {
    this.file = file;
    this.limit = limit;
    this.home = home;
    this.bytes = bytes;
    channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    requireOpen();
    if (sealed != null) {
      throw new IllegalStateException("This writer is sealed.");
    }
    if (length > limit - size) {
      throw StorageTrouble.tooLarge(limit);
    }
    try {
      ByteBuffer data = ByteBuffer.wrap(source, offset, length);
      while (data.hasRemaining()) {
        channel.write(data);
      }
    } catch (IOException e) {
      close();
      throw StorageTrouble.of(e, file);
    }
    sha256.update(source, offset, length);
    size += length;
    bytes.in(length);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Digest seal() {
    requireOpen();
    if (sealed == null) {
      sealed = new Digest(HexFormat.of().formatHex(sha256.digest()), size);
    }
    return sealed;
  }

  @Override
  public Digest commit() {
    Digest digest = seal();
    try {
      if (!home.has(digest)) {
        channel.force(true);
        home.adopt(file, digest);
      }
      return digest;
    } catch (IOException e) {
      throw StorageTrouble.of(e, file);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    StorageTrouble.closeQuietly(channel);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StorageTrouble.of(e, file);
    }
  }

  private void requireOpen() {
    if (!channel.isOpen()) {
      throw new IllegalStateException(
          "This writer is closed. Finish, do not close, a stream around it before commit().");
    }
  }
}
