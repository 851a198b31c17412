package dev.inferlab.gateway.catalog.download;

import dev.inferlab.gateway.idempotency.Submits;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Where downloads grow, a folder each, named by its id; files in it are numbered. They survive a
 * restart of the process. A replica that does not have them begins anew.
 */
@ApplicationScoped
class PartialFiles {
  private static final Logger LOG = Logger.getLogger(PartialFiles.class);

  private final Path folder;

  /**
   * @param database of the lab; gateways of other labs on this machine must have another folder, as
   *     each removes what its own database does not know
   */
  PartialFiles(
      @ConfigProperty(name = "inferlab.catalog.partial-path") Optional<String> path,
      @ConfigProperty(name = "quarkus.datasource.reactive.url") String database) {
    folder = path.map(Path::of).orElseGet(() -> usual(database));
  }

  private static Path usual(String database) {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "inferlab-downloads-" + Submits.sha256(database).substring(0, 12));
  }

  Path folder() {
    return folder;
  }

  Path of(UUID acquisition) throws IOException {
    return Files.createDirectories(folder.resolve(acquisition.toString()));
  }

  /** Replicas that share the folder may do so at once. */
  void remove(UUID acquisition) throws IOException {
    Path mine = folder.resolve(acquisition.toString());
    if (!Files.isDirectory(mine)) {
      return;
    }
    try {
      Wheels.remove(mine);
    } catch (NoSuchFileException e) {
      LOG.debugf("Somebody else removes a download's files as well: %s", e);
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e.getCause();
      }
    }
  }

  /** Of downloads that were begun here. */
  List<UUID> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .map(each -> each.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
          .map(UUID::fromString)
          .toList();
    }
  }
}
