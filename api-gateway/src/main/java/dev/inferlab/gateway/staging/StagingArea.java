package dev.inferlab.gateway.staging;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Where files of requests lie while they are looked at. Each process has its own folder in it,
 * named by its process id; folders of processes that died are removed at the next start.
 */
@ApplicationScoped
public class StagingArea {
  private static final Logger LOG = Logger.getLogger(StagingArea.class);
  private static final Pattern NAME = Pattern.compile("gateway-(\\d+)-.*");

  private final Path area;
  private Path mine;

  StagingArea(@ConfigProperty(name = "inferlab.staging.path") Optional<String> path) {
    area =
        path.map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "inferlab-staging"));
  }

  void start(@Observes StartupEvent event) throws IOException {
    Files.createDirectories(area);
    for (Path folder : folders()) {
      Matcher name = NAME.matcher(folder.getFileName().toString());
      if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        LOG.infof("Removing what a stopped process left in the staging area");
        Staging.remove(folder);
      }
    }
    mine = Files.createTempDirectory(area, "gateway-%d-".formatted(ProcessHandle.current().pid()));
  }

  public Staging open() throws IOException {
    return new Staging(Files.createTempDirectory(mine, "request-"));
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(area)) {
      return folders.filter(Files::isDirectory).toList();
    }
  }

  void stop(@Observes ShutdownEvent event) throws IOException {
    if (mine != null) {
      Staging.remove(mine);
    }
  }
}
