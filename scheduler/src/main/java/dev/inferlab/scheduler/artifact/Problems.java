package dev.inferlab.scheduler.artifact;

import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jboss.logging.Logger;

/**
 * Problems as gRPC tells them: a status, and the registered code in the trailer {@code
 * inferlab-code}.
 */
final class Problems {

  static final Metadata.Key<String> CODE =
      Metadata.Key.of("inferlab-code", Metadata.ASCII_STRING_MARSHALLER);

  private static final Logger LOG = Logger.getLogger(Problems.class);

  private Problems() {}

  static StatusRuntimeException status(Throwable failure) {
    if (failure instanceof ProblemException problem) {
      return status(problem.code(), problem.getMessage());
    }
    LOG.error("An artifact could not be served", failure);
    return status(ProblemCode.INTERNAL, ProblemCode.INTERNAL.title());
  }

  static StatusRuntimeException overloaded() {
    return status(ProblemCode.OVERLOADED, "Too many transfers at once.");
  }

  static StatusRuntimeException status(ProblemCode code, String detail) {
    Metadata trailers = new Metadata();
    trailers.put(CODE, code.name());
    return grpcStatus(code)
        .withDescription("%s: %s".formatted(code, detail))
        .asRuntimeException(trailers);
  }

  private static Status grpcStatus(ProblemCode code) {
    return switch (code) {
      case ARTIFACT_NOT_FOUND -> Status.NOT_FOUND;
      case ARTIFACT_DIGEST_INVALID, ARTIFACT_DIGEST_MISMATCH, ARTIFACT_TOO_LARGE, REQUEST_INVALID ->
          Status.INVALID_ARGUMENT;
      case ARTIFACT_OFFSET_INVALID -> Status.OUT_OF_RANGE;
      case ARTIFACT_WRITE_SUPERSEDED -> Status.ABORTED;
      case ARTIFACT_STORE_FULL, OVERLOADED -> Status.RESOURCE_EXHAUSTED;
      case ARTIFACT_STORE_UNAVAILABLE -> Status.UNAVAILABLE;
      default -> Status.INTERNAL;
    };
  }
}
