package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A write whose bytes so far lie in a file named for the digest that they shall have. The file is
 * locked while this is open, so that nobody can change bytes between their check and their
 * adoption.
 */
final class PartWrite implements ResumableWrite {
  private static final int READ_BYTES = 1 << 16;

  private final Staging staging;
  private final Home home;
  private final Path file;
  private final FileChannel channel;
  private final Digest expected;
  private final ArtifactBytes bytes;
  private final MessageDigest sha256 = Sha256.begin();
  private long committed;
  private boolean finished;

  PartWrite(
      Staging staging,
      Home home,
      Path file,
      FileChannel channel,
      Digest expected,
      ArtifactBytes bytes)
      throws IOException {
    this.staging = staging;
    this.home = home;
    this.file = file;
    this.channel = channel;
    this.expected = expected;
    this.bytes = bytes;
    readWhatIsKept();
  }

  Digest expected() {
    return expected;
  }

  @Override
  public synchronized long committedBytes() {
    return committed;
  }

  @Override
  public synchronized void append(long offset, ByteBuffer data) {
    requireMine();
    if (offset != committed) {
      throw new ProblemException(
          ProblemCode.ARTIFACT_OFFSET_INVALID,
          "%d bytes are kept, but the next ones begin at %d.".formatted(committed, offset));
    }
    if (data.remaining() > expected.sizeBytes() - committed) {
      throwAway();
      throw mismatch("There are more bytes than the name says.");
    }
    int length = data.remaining();
    ByteBuffer toHash = data.duplicate();
    try {
      while (data.hasRemaining()) {
        channel.write(data, committed + (length - data.remaining()));
      }
    } catch (IOException e) {
      throw StorageTrouble.of(e, file);
    }
    sha256.update(toHash);
    committed += length;
    bytes.in(length);
  }

  @Override
  public synchronized void finish() {
    requireMine();
    if (committed != expected.sizeBytes()) {
      throw new ProblemException(
          ProblemCode.ARTIFACT_OFFSET_INVALID,
          "%d of %d bytes have come.".formatted(committed, expected.sizeBytes()));
    }
    if (!HexFormat.of().formatHex(sha256.digest()).equals(expected.sha256())) {
      throwAway();
      throw mismatch("The bytes have another SHA-256.");
    }
    try {
      channel.truncate(committed);
      channel.force(true);
      home.adopt(file, expected);
      Files.deleteIfExists(file);
      finished = true;
    } catch (IOException e) {
      throw StorageTrouble.of(e, file);
    } finally {
      close();
    }
  }

  @Override
  public synchronized void close() {
    StorageTrouble.closeQuietly(channel);
    staging.closed(this);
  }

  /** Somebody else goes on with the file. */
  synchronized void supersede() {
    StorageTrouble.closeQuietly(channel);
  }

  private void readWhatIsKept() throws IOException {
    if (channel.size() > expected.sizeBytes()) {
      channel.truncate(0);
    }
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    while (channel.read(buffer, committed) > 0) {
      buffer.flip();
      committed += buffer.remaining();
      sha256.update(buffer);
      buffer.clear();
    }
  }

  private void throwAway() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StorageTrouble.of(e, file);
    } finally {
      close();
    }
  }

  private void requireMine() {
    if (!channel.isOpen()) {
      throw finished
          ? new IllegalStateException("This write is finished")
          : new ProblemException(
              ProblemCode.ARTIFACT_WRITE_SUPERSEDED,
              "This write has ended; another one may go on with the artifact.");
    }
  }

  private static ProblemException mismatch(String detail) {
    return new ProblemException(ProblemCode.ARTIFACT_DIGEST_MISMATCH, detail);
  }
}
