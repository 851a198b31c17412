package dev.inferlab.gateway.staging;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

  // As in quarkus.http.body.uploads-directory.
  private static final String FORMS = "forms";
  private static final Duration LONGEST_FORM = Duration.ofDays(1);

  private final Path area;
  private final InstantSource clock;
  private Path mine;

  StagingArea(
      @ConfigProperty(name = "inferlab.staging.path") Optional<String> path, InstantSource clock) {
    this.clock = clock;
    area =
        path.map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "inferlab-staging"));
  }

  void start(@Observes StartupEvent event) throws IOException {
    Files.createDirectories(area);
    for (Path folder : folders()) {
      Matcher name = NAME.matcher(folder.getFileName().toString());
      if (name.matches() && isGone(Long.parseLong(name.group(1)))) {
        LOG.infof("Removing what a stopped process left in the staging area");
        Staging.remove(folder);
      }
    }
    forgetForms();
    mine = Files.createTempDirectory(area, "gateway-%d-".formatted(ProcessHandle.current().pid()));
  }

  /** In a container every process has the same id, and this one has no folder yet. */
  private static boolean isGone(long pid) {
    return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
  }

  /** Parts of forms whose request ended with its process. */
  private void forgetForms() throws IOException {
    Path forms = Files.createDirectories(area.resolve(FORMS));
    Instant before = clock.instant().minus(LONGEST_FORM);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(forms)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    }
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
