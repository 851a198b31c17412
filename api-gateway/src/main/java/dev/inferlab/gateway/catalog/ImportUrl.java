package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.catalog.download.AddressRule;
import dev.inferlab.gateway.catalog.download.Plan;
import dev.inferlab.gateway.catalog.zoo.Postprocessing;
import dev.inferlab.gateway.catalog.zoo.WebAddress;
import dev.inferlab.gateway.catalog.zoo.ZooFile;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.DownloadedModels;
import dev.inferlab.gateway.model.UrlImports;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.platform.telemetry.TraceParent;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Begins the import of the file at an address, or of what is in it where it is an archive. It is
 * fetched as a catalogue's files are, by the same rules for addresses; its size is not known
 * before.
 */
@ApplicationScoped
class ImportUrl implements UrlImports {
  private static final int LONGEST_URL = 2_000;
  private static final String UNNAMED = "model";

  private final AddressRule rule;
  private final BeginImport begin;

  ImportUrl(AddressRule rule, BeginImport begin) {
    this.rule = rule;
    this.begin = begin;
  }

  @Override
  public Answer begin(String owner, Optional<String> key, JsonNode body) {
    BeginImport.Request request = BeginImport.read(owner, key, body, "url", LONGEST_URL);
    String url = request.what();
    Violations violations = new Violations();
    WebAddress.fault(url).ifPresent(fault -> violations.add("url", fault));
    begin.check(request.options(), violations);
    rule.requireAllowed(url, "url");
    String path = Optional.ofNullable(URI.create(url).getPath()).orElse("");
    return begin.begin(
        request,
        new DownloadedModels.Announced(
            PlainText.nameOf(path, UNNAMED), request.options().path("format").asText(""), null, -1),
        plan(url, fileName(path), request.options()));
  }

  private static Plan plan(String url, String file, JsonNode options) {
    List<Postprocessing> steps =
        isArchive(file)
            ? List.of(new Postprocessing(Postprocessing.UNPACK, file, null, null, null, null))
            : List.of();
    return new Plan(
        List.of(new ZooFile(file, -1, null, url, null)),
        steps,
        List.of(),
        "",
        options,
        TraceParent.current());
  }

  /** By its name, as with uploads: some formats are zip files themselves. */
  private static boolean isArchive(String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    return List.of(".zip", ".tar", ".tgz", ".tar.gz").stream().anyMatch(lower::endsWith);
  }

  /** The path's last part; what the file is, its content tells. */
  private static String fileName(String path) {
    String last = path.substring(path.lastIndexOf('/') + 1);
    return last.matches("[0-9a-zA-Z_][0-9a-zA-Z._-]{0,199}") ? last : UNNAMED;
  }
}
