package dev.inferlab.platform.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Artifacts as objects {@code sha256/ab/abcd…} of a bucket of any S3-speaking store. Bytes are
 * staged on this machine's disk until their digest is right; an interrupted write goes on if it
 * comes back to the same replica, else it begins anew. An artifact is as old as its object, or as
 * the empty object {@code asked/sha256/ab/abcd…} if that is younger: S3 makes an object younger
 * only by copying all its bytes.
 */
public final class S3ArtifactStore implements ArtifactStore {
  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
  private static final String CONTENT_TYPE = "application/octet-stream";

  /** What is younger need not be made younger. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final MinioClient client;
  private final String bucket;
  private final InstantSource clock;
  private final Staging staging;
  private final ArtifactBytes bytes;
  private volatile boolean bucketIsThere;

  /**
   * @param bucket made at first use if it is not there
   * @param stagingFolder made if it is not there
   */
  public S3ArtifactStore(
      MinioClient client,
      String bucket,
      Path stagingFolder,
      long maxBytes,
      InstantSource clock,
      MeterRegistry registry) {
    this.client = client;
    this.bucket = bucket;
    this.clock = clock;
    bytes = new ArtifactBytes(registry);
    staging = new Staging(stagingFolder, maxBytes, new Bucket(), bytes);
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
    if (offset == digest.sizeBytes()) {
      return InputStream.nullInputStream();
    }
    return call(
        () ->
            bytes.counted(
                client.getObject(
                    GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key(digest))
                        .offset(offset)
                        .build())));
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
    Optional<StatObjectResponse> object = object(digest);
    if (object.isPresent()) {
      if (isTouchedSince(digest, object.get(), untouchedSince)) {
        return false;
      }
      // S3 cannot remove an object on condition of its age: who asks for it between these two calls
      // may be told that it is there.
      remove(key(digest));
    }
    remove(askedKey(digest)); // also what a delete that ended half-way left
    return true;
  }

  @Override
  public void prune(Instant now) {
    staging.prune(now);
  }

  private boolean isThere(Digest digest) {
    return object(digest).isPresent();
  }

  private Optional<StatObjectResponse> object(Digest digest) {
    return stat(key(digest)).filter(object -> object.size() == digest.sizeBytes());
  }

  private boolean isTouchedSince(Digest digest, StatObjectResponse object, Instant then) {
    return !isOlder(object, then)
        || stat(askedKey(digest)).filter(asked -> !isOlder(asked, then)).isPresent();
  }

  private static boolean isOlder(StatObjectResponse object, Instant then) {
    return object.lastModified().toInstant().isBefore(then);
  }

  /** Gives whether it is there. */
  private boolean refresh(Digest digest) {
    Optional<StatObjectResponse> object = object(digest);
    if (object.isEmpty()) {
      return false;
    }
    if (isTouchedSince(digest, object.get(), clock.instant().minus(YOUNG))) {
      return true;
    }
    call(
        () ->
            client.putObject(
                PutObjectArgs.builder().bucket(bucket).object(askedKey(digest)).stream(
                        InputStream.nullInputStream(), 0, -1)
                    .contentType(CONTENT_TYPE)
                    .build()));
    boolean isStillThere = isThere(digest);
    if (!isStillThere) {
      remove(askedKey(digest));
    }
    return isStillThere;
  }

  /** Empty if there is no such object. */
  private Optional<StatObjectResponse> stat(String key) {
    return unlessNotFound(
        () -> client.statObject(StatObjectArgs.builder().bucket(bucket).object(key).build()));
  }

  /** Also what is not there: not every store calls that a success, as Amazon's does. */
  private void remove(String key) {
    unlessNotFound(
        () -> {
          client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
          return key;
        });
  }

  private static <T> Optional<T> unlessNotFound(Call<T> call) {
    return call(
        () -> {
          try {
            return Optional.of(call.run());
          } catch (ErrorResponseException e) {
            if (e.response().code() == 404) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  private static String key(Digest digest) {
    return "sha256/" + digest.sha256().substring(0, 2) + "/" + digest.sha256();
  }

  private static String askedKey(Digest digest) {
    return "asked/" + key(digest);
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws MinioException, IOException, GeneralSecurityException;
  }

  // S3 asks its clients to repeat what ends in a 5xx; every call here may be repeated.
  private static <T> T call(Call<T> call) {
    ProblemException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) {
        LockSupport.parkNanos(FIRST_PAUSE.toNanos() << attempt);
      }
      try {
        return call.run();
      } catch (ErrorResponseException e) {
        if (isFull(e)) {
          throw new ProblemException(
              ProblemCode.ARTIFACT_STORE_FULL, "There is no space left for the bytes.", e);
        }
        last = StorageTrouble.unavailable(e);
        if (e.response().code() < 500) {
          throw last;
        }
      } catch (MinioException | IOException e) {
        last = StorageTrouble.unavailable(e);
      } catch (GeneralSecurityException e) {
        throw StorageTrouble.unavailable(e);
      }
    }
    throw last;
  }

  private static boolean isFull(ErrorResponseException e) {
    return e.response().code() == 507
        || e.errorResponse().code().contains("StorageFull")
        || e.errorResponse().code().contains("QuotaExceeded");
  }

  private final class Bucket implements Home {
    @Override
    public boolean has(Digest digest) {
      return refresh(digest);
    }

    @Override
    public void adopt(Path staged, Digest digest) {
      call(
          () -> {
            makeSureOfBucket();
            // An object appears when its last part is complete, never before.
            return client.uploadObject(
                UploadObjectArgs.builder()
                    .bucket(bucket)
                    .object(key(digest))
                    .filename(staged.toString())
                    .contentType(CONTENT_TYPE)
                    .build());
          });
    }

    private void makeSureOfBucket() throws MinioException, IOException, GeneralSecurityException {
      if (bucketIsThere) {
        return;
      }
      if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
        try {
          client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        } catch (ErrorResponseException e) {
          // Another replica was faster.
          if (e.response().code() != 409) {
            throw e;
          }
        }
      }
      bucketIsThere = true;
    }
  }
}
