package dev.inferlab.platform.artifact;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;

/** A process that writes in both ways and then waits to be killed. */
final class EndlessWriter {
  private EndlessWriter() {}

  public static void main(String[] arguments) throws Exception {
    ArtifactStore store =
        new FolderArtifactStore(
            Path.of(arguments[0]),
            ArtifactStoreContract.LIMIT,
            InstantSource.system(),
            new SimpleMeterRegistry());
    byte[] half = ArtifactStoreContract.bytes(1, 1 << 20);
    ArtifactWriter writer = store.begin();
    ResumableWrite write =
        store.resume(new Digest(ArtifactStoreContract.digestOf(half).sha256(), 2 << 20));
    System.out.println("writing");
    writer.write(half);
    write.append(0, ByteBuffer.wrap(half));
    System.out.println("1 MiB");
    System.out.flush();
    while (true) {
      LockSupport.park();
    }
  }
}
