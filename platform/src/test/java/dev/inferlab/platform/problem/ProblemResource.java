package dev.inferlab.platform.problem;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.ConnectException;
import java.util.List;
import java.util.UUID;

/** Calls that go wrong in every way. */
@Path("/problems")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ProblemResource {
  /** Two words that a client may use. */
  public enum Mode {
    FAST,
    SLOW
  }

  /** A part of the body. */
  public record Point(int batch, Mode mode) {
    public Point {
      if (batch < 0) {
        throw new IllegalArgumentException("must not be negative");
      }
    }
  }

  /** The body. */
  public record Request(UUID id, List<Point> points) {}

  @POST
  public Request echo(Request request) {
    return request;
  }

  @GET
  @Path("/known")
  public String known() {
    throw new ProblemException(
        ProblemCode.MODEL_MALFORMED,
        "The layer 'conv1' has no input.",
        List.of(new Violation("file", "cannot be read")),
        new Location("model.xml", 17, "conv1"),
        null);
  }

  @GET
  @Path("/unexpected")
  public String unexpected() {
    throw new IllegalStateException("secret /etc/passwd of dev.inferlab.Internal");
  }

  @GET
  @Path("/database-away")
  public String databaseAway() {
    throw new IllegalStateException(new ConnectException("Connection refused: db.internal:5432"));
  }

  @GET
  @Path("/number")
  public int number(@QueryParam("n") int n) {
    return n;
  }
}
