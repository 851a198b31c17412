package dev.inferlab.gateway.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.inferlab.gateway.experiment.profile.ProfileKind;
import dev.inferlab.gateway.experiment.profile.ProfileResultsView;
import dev.inferlab.gateway.http.PathId;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.gateway.paging.Listing;
import dev.inferlab.gateway.paging.Page;
import dev.inferlab.gateway.paging.SortKey;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.proto.job.v1.ProfilePoint;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** What can be asked about experiments. */
@ApplicationScoped
class ExperimentReads {
  private static final Map<String, SortKey> SORTS =
      Map.of(
          "createdAt", SortKey.time("e.createdAt"),
          "updatedAt", SortKey.time("e.updatedAt"),
          "kind", SortKey.text("e.kind"),
          "priority", SortKey.number("e.priority"));
  private static final Set<String> STATES =
      Arrays.stream(ExperimentState.values()).map(Enum::name).collect(Collectors.toSet());
  private static final String POINT = "point/";

  private final Database database;
  private final Json json;

  ExperimentReads(Database database, Json json) {
    this.database = database;
    this.json = json;
  }

  Uni<Page<ExperimentView>> list(ListRequest request) {
    Listing<Experiment> listing =
        new Listing<>(Experiment.class, "Experiment e")
            .and("e.projectId = :project", "project", request.id("projectId"))
            .and("e.kind = :kind", "kind", request.text("kind"))
            .and(
                "e.state = :state",
                "state",
                request.choice("state", STATES).map(ExperimentState::valueOf))
            .and("e.owner = :owner", "owner", request.text("owner"));
    return database.inSession(
        session ->
            listing
                .page(session, request, SORTS, "-createdAt", ExperimentReads::sortValues, e -> e.id)
                .chain(page -> views(session, page)));
  }

  private static Map<String, Object> sortValues(Experiment row) {
    return Map.of(
        "createdAt", row.createdAt,
        "updatedAt", row.updatedAt,
        "kind", row.kind,
        "priority", row.priority);
  }

  private static Uni<Page<ExperimentView>> views(Mutiny.Session session, Page<Experiment> page) {
    List<UUID> ids = page.items().stream().map(row -> row.id).toList();
    return session
        .createSelectionQuery("from Job where experimentId in (:ids)", Job.class)
        .setParameter("ids", ids)
        .getResultList()
        .map(
            jobs -> {
              Map<UUID, List<Job>> byExperiment =
                  jobs.stream().collect(Collectors.groupingBy(job -> job.experimentId));
              return page.map(
                  row -> ExperimentView.of(row, byExperiment.getOrDefault(row.id, List.of())));
            });
  }

  Uni<ExperimentView> get(UUID id) {
    return database.inSession(
        session ->
            find(session, id)
                .chain(
                    row ->
                        CancelExperiment.jobs(session, id)
                            .map(jobs -> ExperimentView.of(row, jobs))));
  }

  Uni<List<JobView>> jobs(UUID id) {
    return database.inSession(
        session ->
            find(session, id)
                .chain(row -> CancelExperiment.jobs(session, id))
                .map(jobs -> jobs.stream().map(JobView::of).toList()));
  }

  /** Results so far. For extension kinds, what their job gave as it is. */
  Uni<Object> results(UUID id) {
    return database.inSession(
        session ->
            find(session, id)
                .chain(
                    row ->
                        CancelExperiment.jobs(session, id)
                            .chain(
                                jobs ->
                                    parts(session, id).map(parts -> results(row, jobs, parts)))));
  }

  private Object results(Experiment row, List<Job> jobs, List<ResultPart> parts) {
    byte[] result =
        jobs.stream()
            .map(job -> job.result)
            .filter(bytes -> bytes != null)
            .findFirst()
            .orElse(null);
    if (!row.kind.equals(ProfileKind.NAME)) {
      return ExtensionResultsView.of(row.kind, row.state, result, parts, json);
    }
    Map<Integer, ProfilePoint> points = new HashMap<>();
    try {
      for (ResultPart part : parts) {
        if (part.key.startsWith(POINT)) {
          ProfilePoint point = ProfilePoint.parseFrom(part.payload);
          points.put(point.getIndex(), point);
        }
      }
      return ProfileResultsView.of(row.state.name(), json.tree(row.options), points, result);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(e);
    }
  }

  /** The measured point number {@code index}. */
  Uni<ProfilePoint> point(UUID id, String index) {
    Optional<Integer> number =
        index.matches("\\d{1,4}") ? Optional.of(Integer.valueOf(index)) : Optional.empty();
    return database.inSession(
        session ->
            find(session, id)
                .chain(row -> parts(session, id))
                .map(
                    parts ->
                        parts.stream()
                            .filter(
                                part -> number.isPresent() && part.key.equals(POINT + number.get()))
                            .findFirst()
                            .map(ExperimentReads::parse)
                            .orElseThrow(
                                () ->
                                    new ProblemException(
                                        ProblemCode.EXPERIMENT_POINT_NOT_FOUND,
                                        "No point with this index was measured."))));
  }

  private static ProfilePoint parse(ResultPart part) {
    try {
      return ProfilePoint.parseFrom(part.payload);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(e);
    }
  }

  private static ProblemException unreadable(InvalidProtocolBufferException e) {
    return new ProblemException(
        ProblemCode.JOB_RESULT_INVALID, "The stored result cannot be read.", e);
  }

  private static Uni<List<ResultPart>> parts(Mutiny.Session session, UUID id) {
    return session
        .createSelectionQuery(
            "select p from ResultPart p where p.jobId in (select j.id from Job j where j.experimentId = :id)",
            ResultPart.class)
        .setParameter("id", id)
        .getResultList();
  }

  private static Uni<Experiment> find(Mutiny.Session session, UUID id) {
    return session
        .find(Experiment.class, id)
        .onItem()
        .ifNull()
        .failWith(() -> PathId.notFound(ProblemCode.EXPERIMENT_NOT_FOUND));
  }
}
