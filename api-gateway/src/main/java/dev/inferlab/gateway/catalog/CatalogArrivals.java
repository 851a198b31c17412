package dev.inferlab.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferlab.gateway.catalog.download.Arrivals;
import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.json.Json;
import dev.inferlab.gateway.model.DownloadedModels;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.platform.db.Database;
import dev.inferlab.platform.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** What downloads become: a catalogue's entries, or a model that is converted. */
@ApplicationScoped
class CatalogArrivals implements Arrivals {
  private final Database database;
  private final ReadCatalog read;
  private final CatalogRows rows;
  private final DownloadedModels models;
  private final Json json;

  CatalogArrivals(
      Database database, ReadCatalog read, CatalogRows rows, DownloadedModels models, Json json) {
    this.database = database;
    this.read = read;
    this.rows = rows;
    this.models = models;
    this.json = json;
  }

  @Override
  public void modelArrived(
      UUID model,
      JsonNode options,
      String traceParent,
      List<StagedFile> files,
      Function<Mutiny.Session, Uni<Void>> fence)
      throws IOException {
    models.arrived(model, options, traceParent, files, fence);
  }

  @Override
  public Uni<Void> modelFailed(Mutiny.Session session, UUID model, ProblemException problem) {
    return models.failed(session, model, problem);
  }

  @Override
  public void sourceArrived(
      UUID source, ReceivedFile archive, Function<Mutiny.Session, Uni<Void>> fence)
      throws IOException {
    List<ZooModel> models = read.archives(List.of(archive));
    database
        .inTransaction(
            session ->
                fence
                    .apply(session)
                    .chain(() -> session.find(CatalogSource.class, source))
                    .chain(row -> rows.write(session, row, models)))
        .await()
        .indefinitely();
  }

  @Override
  public Uni<Void> sourceFailed(Mutiny.Session session, UUID source, ProblemException problem) {
    return session
        .find(CatalogSource.class, source)
        .invoke(
            row -> {
              row.state = CatalogSource.FAILED;
              row.problem = json.write(view(problem));
              row.updatedAt = rows.now();
            })
        .replaceWithVoid();
  }

  private static Map<String, Object> view(ProblemException problem) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("code", problem.code().name());
    view.put("detail", problem.detail());
    view.put("advice", problem.code().advice());
    if (!problem.violations().isEmpty()) {
      view.put("violations", problem.violations());
    }
    problem
        .location()
        .filter(location -> location.file() != null)
        .ifPresent(location -> view.put("location", Map.of("file", location.file())));
    return view;
  }
}
