package dev.inferlab.local.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file to which a child process appends on its own, so that it goes on writing when its
 * supervisor is gone.
 *
 * <p>Rotation copies the file and empties it under the writer's open descriptor; lines that are
 * written between the two steps are lost, which is the price for needing no one in between.
 */
public record LogFile(Path path, long limitBytes, int kept) {
  private static final long TEN_MEBIBYTES = 10L << 20;

  public static LogFile of(Path folder, String name) {
    return new LogFile(folder.resolve(name + ".log"), TEN_MEBIBYTES, 2);
  }

  public void rotateIfLarge() throws IOException {
    if (!Files.exists(path) || Files.size(path) < limitBytes) {
      return;
    }
    for (int number = kept - 1; number >= 1; number--) {
      if (Files.exists(older(number))) {
        Files.move(older(number), older(number + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.copy(path, older(1), StandardCopyOption.REPLACE_EXISTING);
    FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING).close();
  }

  private Path older(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  /** The end of the file, for a message that says why a process does not start. */
  public List<String> lastLines(int count) {
    try {
      List<String> lines = Files.readString(path, StandardCharsets.ISO_8859_1).lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException notThere) {
      return List.of();
    }
  }
}
