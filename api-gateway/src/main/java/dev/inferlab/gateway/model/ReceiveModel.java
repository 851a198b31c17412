package dev.inferlab.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.artifact.StoreFiles;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.conversion.Conversion;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.gateway.staging.StagingArea;
import dev.inferlab.gateway.staging.Unpacking;
import dev.inferlab.gateway.upload.FinishedUploads;
import dev.inferlab.gateway.upload.Form;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes a model's files in: unpack, inspect, store, import. Up to the last step nothing remains of
 * what is refused. Blocking.
 */
@ApplicationScoped
class ReceiveModel {
  private static final int MOST_UPLOADS = 1_000;

  private final StagingArea area;
  private final Unpacking unpacking;
  private final InspectModel inspect;
  private final StoreFiles store;
  private final ImportModel importModel;
  private final FinishedUploads uploads;
  private final Submits submits;

  ReceiveModel(
      StagingArea area,
      Unpacking unpacking,
      InspectModel inspect,
      StoreFiles store,
      ImportModel importModel,
      FinishedUploads uploads,
      Submits submits) {
    this.area = area;
    this.unpacking = unpacking;
    this.inspect = inspect;
    this.store = store;
    this.importModel = importModel;
    this.uploads = uploads;
    this.submits = submits;
  }

  Answer form(String owner, Optional<String> key, Form form) throws IOException {
    ImportOptions given = options(form.options());
    ImportOptions options = given.named(form.files());
    try (Staging staging = area.open()) {
      List<StagedFile> files = unpack(staging, form.files());
      String request =
          "POST %s\n%s%s%s"
              .formatted(
                  ModelResource.PATH,
                  CanonicalJson.of(form.options()),
                  names(files),
                  given.name().isPresent() ? "" : "\n" + options.name().orElseThrow());
      return receive(owner, key, request, options, files, List.of());
    }
  }

  Answer uploads(String owner, Optional<String> key, JsonNode body) throws IOException {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    List<UUID> ids = fields.ids("uploadIds", MOST_UPLOADS);
    if (!fields.has("uploadIds")) {
      fields.violation("uploadIds", "is missing; 'catalogEntry' or 'url' would do too");
    }
    ImportOptions options = ImportOptions.read(fields.raw("options"), violations);
    fields.refuseUnknown();
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The model's description cannot be used.");
    String request = "POST " + ModelResource.PATH + "\n" + CanonicalJson.of(body);
    Optional<Answer> earlier = submits.earlier(owner, key, request).await().indefinitely();
    if (earlier.isPresent()) {
      return earlier.get();
    }
    try (Staging staging = area.open()) {
      List<ReceivedFile> received = uploads.fetch(owner, ids, staging);
      return receive(owner, key, request, options.named(received), unpack(staging, received), ids);
    }
  }

  private static ImportOptions options(JsonNode node) {
    Violations violations = new Violations();
    ImportOptions options = ImportOptions.read(node, violations);
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The model's description cannot be used.");
    return options;
  }

  private List<StagedFile> unpack(Staging staging, List<ReceivedFile> received) throws IOException {
    List<StagedFile> files = new ArrayList<>();
    unpacking.unpack(
        received,
        Unpacking.Archives.BY_NAME,
        (name, content) -> files.add(staging.add(name, content)));
    return files;
  }

  private Answer receive(
      String owner,
      Optional<String> key,
      String request,
      ImportOptions options,
      List<StagedFile> files,
      List<UUID> usedUploads)
      throws IOException {
    Inspection.Accepted inspection = inspect.inspect(files, options);
    Optional<Conversion> conversion = options.checked(ImportModel.Checked.scan(inspection));
    StoreFiles.Reservation stored = store.store(files);
    ImportModel.Checked checked =
        ImportModel.Checked.of(owner, options, files, inspection, conversion, stored);
    boolean[] taken = {false};
    try {
      return submits
          .once(
              owner,
              key,
              request,
              session -> {
                taken[0] = true;
                return store(session, checked, usedUploads);
              })
          .await()
          .indefinitely();
    } catch (RuntimeException e) {
      taken[0] = false;
      throw e;
    } finally {
      if (!taken[0]) {
        store.cancel(stored);
      }
    }
  }

  private Uni<Answer> store(
      Mutiny.Session session, ImportModel.Checked checked, List<UUID> usedUploads) {
    return uploads.use(session, usedUploads).chain(() -> importModel.store(session, checked));
  }

  private static String names(List<StagedFile> files) {
    return files.stream()
        .map(file -> file.name() + " " + file.digest().sha256())
        .sorted()
        .collect(Collectors.joining("\n", "\n", ""));
  }
}
