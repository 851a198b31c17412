package dev.inferlab.local.supervise;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** How the supervisor tells other processes how things are: one small file, replaced as a whole. */
public record StatusFile(Path path) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  public static StatusFile in(Path run) {
    return new StatusFile(run.resolve("status.json"));
  }

  void write(PlatformStatus status) {
    try {
      Path next = path.resolveSibling("status.json.new");
      Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(status));
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Optional<PlatformStatus> read() {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(path), PlatformStatus.class));
    } catch (IOException notThereOrOld) {
      return Optional.empty();
    }
  }

  public void delete() throws IOException {
    Files.deleteIfExists(path);
  }
}
