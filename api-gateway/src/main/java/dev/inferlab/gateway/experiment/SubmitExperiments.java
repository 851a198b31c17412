package dev.inferlab.gateway.experiment;

import com.google.protobuf.Duration;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.platform.id.Ids;
import dev.inferlab.platform.kafka.Topics;
import dev.inferlab.platform.outbox.Envelopes;
import dev.inferlab.platform.outbox.Outbox;
import dev.inferlab.platform.outbox.OutboxMessage;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import dev.inferlab.platform.telemetry.TraceParent;
import dev.inferlab.proto.job.v1.Envelope;
import dev.inferlab.proto.job.v1.JobCommand;
import dev.inferlab.proto.job.v1.JobSpec;
import dev.inferlab.proto.job.v1.SubmitJob;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The first hop of the spine: checks experiments against their projects and writes them, their jobs
 * and the messages that submit those, all or nothing. Three statements for one experiment or for a
 * hundred.
 */
@ApplicationScoped
class SubmitExperiments {
  private static final String INSERT =
      """
      with asked as (
        select * from jsonb_to_recordset(cast(cast(:rows as text) as jsonb)) as asked (
          id uuid, project_id uuid, kind text, options text, priority int, owner text,
          created_at timestamptz, job_id uuid, event text)),
      experiments as (
        insert into experiment
          (id, project_id, kind, options, priority, owner, state, created_at, updated_at)
        select id, project_id, kind, options, priority, owner, 'QUEUED', created_at, created_at
        from asked),
      jobs as (
        insert into job (id, experiment_id, kind, created_at)
        select job_id, id, kind, created_at from asked)
      insert into event_log (type, experiment_id, data)
      select 'experiment.state', id, event from asked
      """;

  private final ExperimentKinds kinds;
  private final ProjectContexts projects;
  private final Outbox outbox;
  private final Envelopes envelopes;
  private final Ids ids;
  private final InstantSource clock;
  private final Json json;
  private final int maxAttempts;

  SubmitExperiments(
      ExperimentKinds kinds,
      ProjectContexts projects,
      Outbox outbox,
      Envelopes envelopes,
      Ids ids,
      InstantSource clock,
      Json json,
      @ConfigProperty(name = "inferlab.experiments.max-attempts", defaultValue = "3")
          int maxAttempts) {
    this.kinds = kinds;
    this.projects = projects;
    this.outbox = outbox;
    this.envelopes = envelopes;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
    this.maxAttempts = maxAttempts;
  }

  /** Gives the experiments in the order of the requests. */
  Uni<List<ExperimentView>> submit(
      Mutiny.Session session, String owner, List<ExperimentRequest> requests) {
    Set<UUID> projectIds =
        requests.stream().map(ExperimentRequest::projectId).collect(Collectors.toSet());
    return projects
        .load(session, projectIds)
        .chain(
            contexts -> {
              List<NewExperiment> rows = new ArrayList<>();
              List<OutboxMessage> messages = new ArrayList<>();
              List<Plan> plans = plans(requests, contexts);
              for (int i = 0; i < requests.size(); i++) {
                add(owner, requests.get(i), plans.get(i), rows, messages);
              }
              return session
                  .createNativeQuery(INSERT)
                  .setParameter("rows", json.write(rows))
                  .executeUpdate()
                  .chain(() -> outbox.append(session, messages))
                  .replaceWith(rows.stream().map(NewExperiment::view).toList());
            });
  }

  private List<Plan> plans(List<ExperimentRequest> requests, Map<UUID, ProjectContext> contexts) {
    Violations violations = new Violations();
    List<Plan> plans = new ArrayList<>();
    for (ExperimentRequest request : requests) {
      try {
        plans.add(plan(request, contexts, violations));
      } catch (ProblemException e) {
        throw placed(e, request);
      }
    }
    violations.throwIfAny(
        ProblemCode.EXPERIMENT_OPTIONS_INVALID, "The options of the experiment cannot be used.");
    return plans;
  }

  private Plan plan(
      ExperimentRequest request, Map<UUID, ProjectContext> contexts, Violations violations) {
    ExperimentKind kind = kinds.get(request.kind(), request.path("kind"));
    ProjectContext project = contexts.get(request.projectId());
    if (project == null) {
      throw new ProblemException(
          ProblemCode.REFERENCE_NOT_FOUND,
          "The project does not exist.",
          List.of(new Violation(request.path("projectId"), "no project has this id")));
    }
    Violations ofOptions = new Violations();
    try {
      Plan plan = kind.plan(project, request.options(), request.path("options"), ofOptions);
      ofOptions.list().forEach(v -> violations.add(v.path(), v.reason()));
      return plan;
    } catch (ProblemException e) {
      // A wrong option is the sender's to correct, whatever else does not fit.
      ofOptions.throwIfAny(
          ProblemCode.EXPERIMENT_OPTIONS_INVALID, "The options of the experiment cannot be used.");
      throw e.violations().isEmpty() ? ofProject(e, request) : e;
    }
  }

  /** What a kind cannot do with sound options lies in what the project names. */
  private static ProblemException ofProject(ProblemException problem, ExperimentRequest request) {
    return new ProblemException(
        problem.code(),
        problem.detail(),
        List.of(new Violation(request.path("projectId"), problem.detail())));
  }

  /** In a batch, says which item is meant. */
  private static ProblemException placed(ProblemException problem, ExperimentRequest request) {
    return request.path().isEmpty() || !problem.violations().isEmpty()
        ? problem
        : new ProblemException(
            problem.code(),
            problem.detail(),
            List.of(new Violation(request.path(), problem.detail())));
  }

  private void add(
      String owner,
      ExperimentRequest request,
      Plan plan,
      List<NewExperiment> rows,
      List<OutboxMessage> messages) {
    UUID id = ids.next();
    UUID jobId = ids.next();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String event =
        json.write(
            Map.of(
                "experimentId",
                id,
                "projectId",
                request.projectId(),
                "kind",
                request.kind(),
                "state",
                ExperimentState.QUEUED));
    rows.add(
        new NewExperiment(
            id,
            request.projectId(),
            request.kind(),
            plan.options(),
            request.priority(),
            owner,
            now,
            jobId,
            event));
    messages.add(message(id, jobId, owner, request, plan));
  }

  private OutboxMessage message(
      UUID id, UUID jobId, String owner, ExperimentRequest request, Plan plan) {
    JobSpec job =
        JobSpec.newBuilder()
            .setJobId(jobId.toString())
            .setExperimentId(id.toString())
            .setKind(request.kind())
            .setOwner(owner)
            .setPriority(request.priority())
            .setPlacement(plan.placement())
            .setMaxAttempts(maxAttempts)
            .setTimeLimit(Duration.newBuilder().setSeconds(plan.timeLimit().toSeconds()))
            .addAllInputs(plan.inputs())
            .setOptions(plan.jobOptions())
            .setTraceParent(TraceParent.current())
            .build();
    Envelope envelope = envelopes.next();
    return OutboxMessage.of(
        Topics.JOBS,
        jobId.toString(),
        envelope,
        JobCommand.newBuilder()
            .setEnvelope(envelope)
            .setSubmit(SubmitJob.newBuilder().setJob(job))
            .build());
  }
}
