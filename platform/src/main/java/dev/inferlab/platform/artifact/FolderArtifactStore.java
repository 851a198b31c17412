package dev.inferlab.platform.artifact;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Artifacts as files {@code objects/ab/abcd…} of a folder, which several replicas may share if it
 * is on one file system. An artifact's age is that of its file's last modification.
 */
public final class FolderArtifactStore implements ArtifactStore {
  private final Path objects;
  private final InstantSource clock;
  private final Staging staging;
  private final ArtifactBytes bytes;

  /**
   * @param folder made if it is not there
   * @param maxBytes of one artifact
   */
  public FolderArtifactStore(
      Path folder, long maxBytes, InstantSource clock, MeterRegistry registry) {
    objects = folder.resolve("objects");
    this.clock = clock;
    bytes = new ArtifactBytes(registry);
    staging = new Staging(folder.resolve("staging"), maxBytes, new Objects(), bytes);
  }

  @Override
  public Set<Digest> findMissing(Collection<Digest> digests) {
    Set<Digest> missing = new LinkedHashSet<>();
    for (Digest digest : digests) {
      if (!refresh(digest)) {
        missing.add(digest);
      }
    }
    return missing;
  }

  @Override
  public InputStream open(Digest digest, long offset) {
    StorageTrouble.requireWithin(digest, offset);
    if (!isThere(digest)) {
      throw StorageTrouble.notFound(digest);
    }
    try {
      FileChannel channel = FileChannel.open(path(digest), StandardOpenOption.READ);
      return bytes.counted(Channels.newInputStream(channel.position(offset)));
    } catch (NoSuchFileException e) {
      throw StorageTrouble.notFound(digest);
    } catch (IOException e) {
      throw StorageTrouble.of(e, objects);
    }
  }

  @Override
  public ArtifactWriter begin(long maxBytes) {
    return staging.begin(maxBytes);
  }

  @Override
  public ArtifactWriter begin() {
    return staging.begin(staging.maxBytes());
  }

  @Override
  public ResumableWrite resume(Digest expected) {
    return staging.resume(expected);
  }

  @Override
  public boolean delete(Digest digest, Instant untouchedSince) {
    try {
      Path file = path(digest);
      if (!isThere(digest)) {
        return true;
      }
      if (!isOlder(file, untouchedSince)) {
        return false;
      }
      // Away first, and its age once more: who asks from now on is told that it is missing, and who
      // asked just before has made it young.
      Path aside = staging.aside(digest);
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      if (isOlder(aside, untouchedSince)) {
        Files.delete(aside);
        return true;
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
      return false;
    } catch (NoSuchFileException e) {
      return true; // Another replica was faster.
    } catch (IOException e) {
      throw StorageTrouble.of(e, objects);
    }
  }

  @Override
  public void prune(Instant now) {
    staging.prune(now);
  }

  private static boolean isOlder(Path file, Instant moment) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(moment);
  }

  /** Gives whether it is there: looked at last, so that what is deleted meanwhile is not. */
  private boolean refresh(Digest digest) {
    try {
      touch(path(digest));
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw StorageTrouble.of(e, objects);
    }
    return isThere(digest);
  }

  private void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
  }

  private boolean isThere(Digest digest) {
    try {
      return Files.size(path(digest)) == digest.sizeBytes();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw StorageTrouble.of(e, objects);
    }
  }

  // Only a validated digest gets here, so nothing of a user's text reaches the path.
  private Path path(Digest digest) {
    return objects.resolve(digest.sha256().substring(0, 2)).resolve(digest.sha256());
  }

  private final class Objects implements Home {
    @Override
    public boolean has(Digest digest) {
      return refresh(digest);
    }

    @Override
    public void adopt(Path staged, Digest digest) throws IOException {
      Path target = path(digest);
      Files.createDirectories(target.getParent());
      // Its last bytes may have come long ago.
      touch(staged);
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
      // The name itself is durable only when its folder is.
      try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }
}
