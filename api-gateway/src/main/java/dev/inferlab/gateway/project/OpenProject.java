package dev.inferlab.gateway.project;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.ImageInput;
import dev.inferlab.gateway.model.InputSpec;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.gateway.target.Device;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Finds the project of four things, or makes it; also when many ask at once there is one. What can
 * run nothing is refused when the project is made; one that is there is found whatever became of
 * its device.
 */
@ApplicationScoped
class OpenProject {
  // The locks keep what the project refers to from being deleted meanwhile.
  private static final String MODEL =
      "select state, inputs, input_spec from model where id = :id for key share";
  private static final String DATASET = "select state from dataset where id = :id for key share";
  private static final String TARGET =
      "select devices from target where id = :id and not forgotten for key share";
  private static final String INSERT =
      """
      insert into project (id, model_id, dataset_id, target_id, device, owner, created_at)
      values (:id, :model, cast(:dataset as uuid), :target, :device, :owner, :now)
      on conflict (model_id, dataset_id, target_id, device) do nothing
      """;
  private static final TypeReference<List<Device>> DEVICES = new TypeReference<>() {};
  private static final TypeReference<List<Port>> PORTS = new TypeReference<>() {};

  private final Database database;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;

  OpenProject(Database database, Ids ids, InstantSource clock, Json json) {
    this.database = database;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  record Request(UUID modelId, Optional<UUID> datasetId, UUID targetId, String device) {}

  record Opened(ProjectView project, boolean created) {}

  Uni<Opened> open(String owner, Request request) {
    return database.inTransaction(
        session ->
            find(session, request)
                .chain(
                    found ->
                        found == null
                            ? make(session, owner, request)
                            : Uni.createFrom().item(new Opened(ProjectView.of(found), false))));
  }

  private Uni<Opened> make(Mutiny.Session session, String owner, Request request) {
    UUID id = ids.next();
    return check(session, request)
        .chain(
            () ->
                session
                    .createNativeQuery(INSERT)
                    .setParameter("id", id)
                    .setParameter("model", request.modelId())
                    .setParameter("dataset", request.datasetId().map(UUID::toString).orElse(null))
                    .setParameter("target", request.targetId())
                    .setParameter("device", request.device())
                    .setParameter("owner", owner)
                    .setParameter("now", clock.instant().truncatedTo(ChronoUnit.MILLIS))
                    .executeUpdate())
        .chain(
            inserted ->
                find(session, request).map(row -> new Opened(ProjectView.of(row), inserted == 1)));
  }

  private static Uni<Project> find(Mutiny.Session session, Request request) {
    String dataset = request.datasetId().isPresent() ? "= :dataset" : "is null";
    Mutiny.SelectionQuery<Project> query =
        session
            .createSelectionQuery(
                "from Project where modelId = :model and datasetId %s and targetId = :target and device = :device"
                    .formatted(dataset),
                Project.class)
            .setParameter("model", request.modelId())
            .setParameter("target", request.targetId())
            .setParameter("device", request.device());
    request.datasetId().ifPresent(id -> query.setParameter("dataset", id));
    return query.getSingleResultOrNull();
  }

  private Uni<Void> check(Mutiny.Session session, Request request) {
    Violations missing = new Violations();
    return one(session, TARGET, request.targetId(), String.class)
        .invoke(devices -> note(missing, devices, "targetId", "no target has this id"))
        .call(
            () ->
                request.datasetId().isPresent()
                    ? one(session, DATASET, request.datasetId().get(), String.class)
                        .invoke(it -> note(missing, it, "datasetId", "no dataset has this id"))
                    : Uni.createFrom().nullItem())
        .chain(
            devices ->
                one(session, MODEL, request.modelId(), Object[].class)
                    .invoke(
                        model -> {
                          note(missing, model, "modelId", "no model has this id");
                          missing.throwIfAny(
                              ProblemCode.REFERENCE_NOT_FOUND,
                              "Something that the project needs does not exist.");
                          checkDevice(json.read(devices, DEVICES), request.device());
                          checkModel((String) model[0]);
                          if (request.datasetId().isPresent()) {
                            checkImages((String) model[1], (String) model[2]);
                          }
                        }))
        .replaceWithVoid();
  }

  private static void checkDevice(List<Device> devices, String id) {
    String known = devices.stream().map(Device::id).collect(Collectors.joining(", "));
    Device device =
        devices.stream()
            .filter(candidate -> candidate.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    refusal(
                        ProblemCode.DEVICE_UNKNOWN,
                        "The target has no such device.",
                        "device",
                        known.isEmpty() ? "the target has no devices" : "must be one of " + known));
    if (!device.available()) {
      throw refusal(
          ProblemCode.DEVICE_UNAVAILABLE,
          "The device %s cannot be used.".formatted(id),
          "device",
          device.whyUnavailable());
    }
  }

  private static void checkModel(String state) {
    if (!state.equals("READY")) {
      throw refusal(
          ProblemCode.MODEL_NOT_READY,
          "The model is %s.".formatted(state),
          "modelId",
          switch (state) {
            case "SCANNED" -> "was looked at only: convert it, and give the id of what that makes";
            case "FAILED" -> "has failed and stays so; its 'problem' says why";
            default -> "is not ready yet: wait until its state is READY";
          });
    }
  }

  /** Whether the dataset's images can fill the model's input, as it is given now. */
  private void checkImages(String inputs, String inputSpec) {
    InputSpec given = inputSpec == null ? InputSpec.NOTHING : json.read(inputSpec, InputSpec.class);
    if (ImageInput.of(json.read(inputs, PORTS), given.layout())
        instanceof ImageInput.DoesNotFit misfit) {
      throw refusal(
          ProblemCode.MODEL_INPUT_NOT_IMAGE, misfit.reason(), "datasetId", misfit.reason());
    }
  }

  private static ProblemException refusal(
      ProblemCode code, String detail, String path, String reason) {
    return new ProblemException(code, detail, List.of(new Violation(path, reason)));
  }

  private static void note(Violations violations, Object found, String path, String reason) {
    if (found == null) {
      violations.add(path, reason);
    }
  }

  private static <T> Uni<T> one(Mutiny.Session session, String sql, UUID id, Class<T> type) {
    return session.createNativeQuery(sql, type).setParameter("id", id).getSingleResultOrNull();
  }
}
