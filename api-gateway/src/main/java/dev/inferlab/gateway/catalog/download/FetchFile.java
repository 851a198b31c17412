package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.catalog.zoo.Checksum;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Brings one file whole and checked. A part that is there already is gone on from; what does not
 * have the right bytes in the end is removed. Blocking.
 */
@ApplicationScoped
class FetchFile {
  private final WebFiles web;
  private final Wheels wheels;
  private final long largest;

  FetchFile(
      WebFiles web,
      Wheels wheels,
      @ConfigProperty(name = "inferlab.catalog.max-size", defaultValue = "4G") MemorySize largest) {
    this.web = web;
    this.wheels = wheels;
    this.largest = largest.asLongValue();
  }

  /**
   * @param target grows; {@code target.done} beside it says that it is whole
   * @param progress is told how many bytes are there, and may throw to stop
   */
  void fetch(ZooFile file, Path target, LongConsumer progress) throws IOException {
    Path done = target.resolveSibling(target.getFileName() + ".done");
    if (!Files.exists(done)) {
      if (file.pypi() != null) {
        wheels.copy(file.pypi(), target);
      } else {
        fromWeb(file, target, progress);
      }
      check(file, target);
      Files.createFile(done);
    }
    progress.accept(Files.size(target));
  }

  /** A file in pieces that does not fit is fetched once more as a whole: it may be of two files. */
  private void fromWeb(ZooFile file, Path target, LongConsumer progress) throws IOException {
    if (web(file, target, progress)) {
      try {
        check(file, target);
      } catch (ProblemException e) {
        web(file, target, progress);
      }
    }
  }

  /** True if a part of the file was there before. */
  private boolean web(ZooFile file, Path target, LongConsumer progress) throws IOException {
    Path mark = target.resolveSibling(target.getFileName() + ".validator");
    long have = Files.exists(target) ? Files.size(target) : 0;
    if (file.sizeBytes() >= 0 && have == file.sizeBytes() && have > 0) {
      return true; // the process died before it could look at the whole
    }
    String validator = Files.exists(mark) ? Files.readString(mark) : null;
    if (validator == null) {
      have = 0; // nothing would tell that the file changed meanwhile
    }
    try (WebFiles.Opened opened = web.open(file.url(), have, have > 0 ? validator : null)) {
      checkLength(file, opened.length());
      if (opened.offset() == 0) {
        Files.deleteIfExists(target); // first: the new validator must never stand beside old bytes
      }
      if (opened.validator() == null) {
        Files.deleteIfExists(mark);
      } else {
        Files.writeString(mark, opened.validator());
      }
      receive(file, opened, target, progress);
      return opened.offset() > 0;
    } catch (WebFiles.FileChangedException e) {
      Files.deleteIfExists(target);
      throw new TransientTrouble("The file changed on the server.", e);
    }
  }

  private void checkLength(ZooFile file, long announced) {
    if (announced > largest) {
      throw tooLarge(file);
    }
    if (announced >= 0 && file.sizeBytes() >= 0 && announced != file.sizeBytes()) {
      throw wrongSize(file, announced);
    }
  }

  private void receive(ZooFile file, WebFiles.Opened opened, Path target, LongConsumer progress)
      throws IOException {
    long expected = file.sizeBytes() >= 0 ? file.sizeBytes() : opened.length();
    long limit = expected >= 0 ? expected : largest;
    long size = opened.offset();
    try (OutputStream out =
        Files.newOutputStream(
            target,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            size > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
      byte[] buffer = new byte[1 << 16];
      for (int count = opened.body().read(buffer); count >= 0; count = opened.body().read(buffer)) {
        size += count;
        if (size > limit) {
          throw expected >= 0 ? wrongSize(file, size) : tooLarge(file);
        }
        out.write(buffer, 0, count);
        progress.accept(size);
      }
    }
    if (expected >= 0 && size < expected) {
      throw new TransientTrouble("The connection ended too early.");
    }
  }

  private static void check(ZooFile file, Path target) throws IOException {
    long size = Files.size(target);
    if (file.sizeBytes() >= 0 && size != file.sizeBytes()) {
      Files.delete(target);
      throw wrongSize(file, size);
    }
    Checksum checksum = file.checksum();
    if (checksum == null) {
      return;
    }
    String found = digest(target, checksum.algorithm());
    if (!found.equals(checksum.value())) {
      Files.delete(target);
      throw new ProblemException(
          ProblemCode.DOWNLOAD_CHECKSUM_MISMATCH,
          "Its %s is %s…, not %s…."
              .formatted(
                  checksum.algorithm(), found.substring(0, 12), checksum.value().substring(0, 12)),
          Location.ofFile(file.name()));
    }
  }

  private static String digest(Path file, String algorithm) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-2", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ProblemException wrongSize(ZooFile file, long found) {
    return new ProblemException(
        ProblemCode.DOWNLOAD_SIZE_MISMATCH,
        "It has %s%,d bytes, not %,d."
            .formatted(found > file.sizeBytes() ? "at least " : "", found, file.sizeBytes()),
        List.of(),
        Location.ofFile(file.name()),
        null);
  }

  private ProblemException tooLarge(ZooFile file) {
    return new ProblemException(
        ProblemCode.DOWNLOAD_TOO_LARGE,
        "At most %,d bytes are fetched.".formatted(largest),
        Location.ofFile(file.name()));
  }
}
