package dev.inferlab.gateway.event;

import dev.inferlab.gateway.paging.ListRequest;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;

/** Server-sent events. */
@Path("/api/v1/events")
@Tag(name = "events", description = "What happens, as it happens")
public class EventResource {
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final long RECONNECT_MS = 1_000;

  private final EventLog log;
  private final EventFeed feed;
  private final Duration heartbeat;
  private final Duration patience;
  private final int mostClients;

  EventResource(
      EventLog log,
      EventFeed feed,
      @ConfigProperty(name = "inferlab.events.heartbeat-interval", defaultValue = "15s")
          Duration heartbeat,
      @ConfigProperty(name = "inferlab.events.slow-client-limit", defaultValue = "30s")
          Duration patience,
      @ConfigProperty(name = "inferlab.events.max-clients", defaultValue = "1000")
          int mostClients) {
    this.log = log;
    this.feed = feed;
    this.heartbeat = heartbeat;
    this.patience = patience;
    this.mostClients = mostClients;
  }

  @GET
  @Blocking
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "Follow experiments and targets",
      description =
          """
          Types: experiment.state, experiment.progress, experiment.partial, target.state; data is JSON.
          Without filters all events come. Starts now, or after the event named by Last-Event-ID;
          "0" starts with the oldest event that is kept. Comments are signs of life.
          From now on, what was deleted or never was cannot be followed: 404. After an event it can,
          since its last events are kept for a while.""")
  @Parameter(
      name = "experimentId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "targetId",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "lastEventId",
      in = ParameterIn.QUERY,
      description = "For clients that cannot set the header",
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = LAST_EVENT_ID,
      in = ParameterIn.HEADER,
      schema = @Schema(implementation = String.class))
  @APIResponse(
      responseCode = "200",
      description = "A stream without end",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING)))
  public Multi<OutboundSseEvent> events(
      @Context UriInfo uri,
      @Context HttpHeaders headers,
      @Context Sse sse,
      @Context HttpServerRequest request) {
    ListRequest query = new ListRequest(uri);
    Optional<UUID> experiment = query.id("experimentId");
    Optional<UUID> target = query.id("targetId");
    Optional<String> last =
        query
            .text("lastEventId")
            .or(() -> Optional.ofNullable(headers.getHeaderString(LAST_EVENT_ID)));
    query.check();
    if (feed.size() >= mostClients) {
      throw new ProblemException(ProblemCode.OVERLOADED, "Too many clients follow the events.");
    }
    // Before the stream begins: afterwards nothing can be refused any more.
    Position position = start(last, experiment, target).await().indefinitely();
    return RestMulti.fromMultiData(stream(sse, request, filter(experiment, target), position))
        .header("Cache-Control", "no-store")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  private Multi<OutboundSseEvent> stream(
      Sse sse, HttpServerRequest request, Predicate<LoggedEvent> filter, Position position) {
    EventStream stream =
        new EventStream(feed, position, filter, heartbeat, patience, () -> cut(request));
    return stream.items().map(item -> write(sse, item));
  }

  /**
   * Ends the connection with what was not yet sent on it. The polite way would wait until the
   * client has taken everything, which is what it does not do.
   */
  private static void cut(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else if (request.connection() instanceof ConnectionBase connection) {
      connection.channel().close();
    }
  }

  private Uni<Position> start(
      Optional<String> last, Optional<UUID> experiment, Optional<UUID> target) {
    if (last.isEmpty()) {
      return log.require(experiment, target).chain(log::head);
    }
    Position position =
        Position.parse(last.get())
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.REQUEST_INVALID,
                        "The events cannot go on from there.",
                        List.of(new Violation(LAST_EVENT_ID, "must be the id of an event, or 0"))));
    return position.equals(Position.START)
        ? log.horizon()
        : log.horizon()
            .invoke(horizon -> refuse(horizon.isAfter(position), "Events after it were removed."))
            // Read now, so after any replica gave the id: none that was given lies beyond.
            .chain(log::head)
            .invoke(
                head ->
                    refuse(
                        position.isAfter(head),
                        "It lies ahead of the events: it is another lab's, or the database was set back."))
            .replaceWith(position);
  }

  private static void refuse(boolean unusable, String reason) {
    if (unusable) {
      throw new ProblemException(
          ProblemCode.EVENTS_EXPIRED,
          "The events cannot go on from there.",
          List.of(new Violation(LAST_EVENT_ID, reason)));
    }
  }

  private static Predicate<LoggedEvent> filter(Optional<UUID> experiment, Optional<UUID> target) {
    if (experiment.isEmpty() && target.isEmpty()) {
      return event -> true;
    }
    return event ->
        experiment.filter(id -> id.equals(event.experimentId())).isPresent()
            || target.filter(id -> id.equals(event.targetId())).isPresent();
  }

  private static OutboundSseEvent write(Sse sse, EventStream.Item item) {
    return switch (item) {
      case EventStream.Item.Heartbeat life ->
          sse.newEventBuilder()
              .id(life.position().toString())
              .reconnectDelay(RECONNECT_MS)
              .comment("alive")
              .build();
      case EventStream.Item.Event(LoggedEvent event) ->
          sse.newEventBuilder()
              .id(event.position().toString())
              .name(event.type())
              .data(event.data())
              .build();
    };
  }
}
