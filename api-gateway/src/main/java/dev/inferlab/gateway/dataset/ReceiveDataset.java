package dev.inferlab.gateway.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.artifact.ArtifactUses;
import dev.inferlab.gateway.artifact.StoreFiles;
import dev.inferlab.gateway.idempotency.Answer;
import dev.inferlab.gateway.idempotency.Submits;
import dev.inferlab.gateway.json.CanonicalJson;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.JsonFields;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.Staging;
import dev.inferlab.gateway.staging.StagingArea;
import dev.inferlab.gateway.text.PlainText;
import dev.inferlab.gateway.upload.FinishedUploads;
import dev.inferlab.gateway.upload.Form;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.problem.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Takes images in: normalise, store, describe. Up to the last step nothing remains. Blocking. */
@ApplicationScoped
class ReceiveDataset {
  private static final int MOST_UPLOADS = 1_000;
  private static final String IMAGES =
      """
      insert into dataset_image
        (dataset_id, position, name, format, width, height, size_bytes, data_offset)
      select :id, r.position, r.name, r.format, r.width, r.height, r.size, r.data
      from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as r (
        position int, name text, format text, width int, height int, size bigint, data bigint)
      """;

  private final StagingArea area;
  private final NormaliseDataset normalise;
  private final StoreFiles store;
  private final FinishedUploads uploads;
  private final Submits submits;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;

  ReceiveDataset(
      StagingArea area,
      NormaliseDataset normalise,
      StoreFiles store,
      FinishedUploads uploads,
      Submits submits,
      Ids ids,
      InstantSource clock,
      Json json) {
    this.area = area;
    this.normalise = normalise;
    this.store = store;
    this.uploads = uploads;
    this.submits = submits;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  Answer form(String owner, Optional<String> key, Form form) throws IOException {
    Violations violations = new Violations();
    Optional<String> given = name(JsonFields.of(form.options(), "options", violations));
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The dataset's description cannot be used.");
    try (Staging staging = area.open()) {
      NormaliseDataset.Normalised images = normalise.normalise(form.files(), staging);
      String name = given.orElseGet(() -> nameOf(form.files()));
      String request =
          "POST %s\n%s\n%s%s"
              .formatted(
                  DatasetResource.PATH,
                  CanonicalJson.of(form.options()),
                  images.zip().digest().sha256(),
                  given.isPresent() ? "" : "\n" + name);
      return receive(owner, key, request, name, images, List.of());
    }
  }

  Answer uploads(String owner, Optional<String> key, JsonNode body) throws IOException {
    Violations violations = new Violations();
    JsonFields fields = JsonFields.of(body, "", violations);
    List<UUID> uploadIds = fields.ids("uploadIds", MOST_UPLOADS);
    if (!fields.has("uploadIds")) {
      fields.violation("uploadIds", "is missing");
    }
    Optional<String> given = fields.object("options").flatMap(ReceiveDataset::name);
    fields.refuseUnknown();
    violations.throwIfAny(ProblemCode.REQUEST_INVALID, "The dataset's description cannot be used.");
    String request = "POST " + DatasetResource.PATH + "\n" + CanonicalJson.of(body);
    Optional<Answer> earlier = submits.earlier(owner, key, request).await().indefinitely();
    if (earlier.isPresent()) {
      return earlier.get();
    }
    try (Staging staging = area.open()) {
      List<ReceivedFile> received = uploads.fetch(owner, uploadIds, staging);
      String name = given.orElseGet(() -> nameOf(received));
      return receive(owner, key, request, name, normalise.normalise(received, staging), uploadIds);
    }
  }

  private static Optional<String> name(JsonFields options) {
    Optional<String> name = options.text("name", PlainText.LONGEST_NAME);
    options.refuseUnknown();
    return name;
  }

  private static String nameOf(List<ReceivedFile> files) {
    return PlainText.nameOf(files.getFirst().name(), "dataset");
  }

  private Answer receive(
      String owner,
      Optional<String> key,
      String request,
      String name,
      NormaliseDataset.Normalised images,
      List<UUID> usedUploads)
      throws IOException {
    StoreFiles.Reservation stored = store.store(List.of(images.zip()));
    boolean[] taken = {false};
    try {
      return submits
          .once(
              owner,
              key,
              request,
              session -> {
                taken[0] = true;
                return uploads
                    .use(session, usedUploads)
                    .chain(() -> insert(session, owner, name, images, stored));
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

  private Uni<Answer> insert(
      Mutiny.Session session,
      String owner,
      String name,
      NormaliseDataset.Normalised images,
      StoreFiles.Reservation stored) {
    Dataset dataset = new Dataset();
    dataset.id = ids.next();
    dataset.name = name;
    dataset.owner = owner;
    dataset.state = "READY";
    dataset.zipSha256 = images.zip().digest().sha256();
    dataset.zipBytes = images.zip().digest().sizeBytes();
    dataset.imageCount = images.images().size();
    dataset.ignored = json.write(images.ignored());
    dataset.ignoredCount = images.ignoredCount();
    dataset.createdAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return session
        .persist(dataset)
        .chain(session::flush)
        .chain(
            () ->
                session
                    .createNativeQuery(IMAGES)
                    .setParameter("id", dataset.id)
                    .setParameter("rows", json.write(rows(images.images())))
                    .executeUpdate())
        .chain(() -> store.take(session, stored, ArtifactUses.DATASET, dataset.id))
        .map(
            nothing ->
                new Answer(
                    202,
                    DatasetResource.PATH + "/" + dataset.id,
                    json.write(DatasetView.of(dataset))));
  }

  private static List<Map<String, Object>> rows(List<NormaliseDataset.Image> images) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (NormaliseDataset.Image image : images) {
      rows.add(
          Map.of(
              "position", rows.size(),
              "name", image.entry().name(),
              "format", image.header().format().name(),
              "width", image.header().width(),
              "height", image.header().height(),
              "size", image.entry().sizeBytes(),
              "data", image.entry().dataOffset()));
    }
    return rows;
  }
}
