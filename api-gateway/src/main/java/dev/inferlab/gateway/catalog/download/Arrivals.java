package dev.inferlab.gateway.catalog.download;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Takes over what a download brought, or its failure. */
public interface Arrivals {

  /**
   * The files of a model. Blocking.
   *
   * @param fence to be run in the transaction that makes something of them
   * @throws ProblemException when they cannot be used; then {@link #modelFailed} follows
   */
  void modelArrived(
      UUID model,
      JsonNode options,
      String traceParent,
      List<StagedFile> files,
      Function<Mutiny.Session, Uni<Void>> fence)
      throws IOException;

  Uni<Void> modelFailed(Mutiny.Session session, UUID model, ProblemException problem);

  /** The archive of a catalogue. Blocking. */
  void sourceArrived(UUID source, ReceivedFile archive, Function<Mutiny.Session, Uni<Void>> fence)
      throws IOException;

  Uni<Void> sourceFailed(Mutiny.Session session, UUID source, ProblemException problem);
}
