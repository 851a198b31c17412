package dev.inferlab.gateway.model;

import dev.inferlab.gateway.staging.StagedFile;
import dev.inferlab.modelir.inspect.Inspection;
import dev.inferlab.modelir.inspect.Limits;
import dev.inferlab.modelir.inspect.ModelInspector;
import dev.inferlab.modelir.inspect.Place;
import dev.inferlab.modelir.inspect.Problem;
import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Looks at a model's files before anything is stored; what is refused here leaves no trace. */
@ApplicationScoped
class InspectModel {
  /** Each may take as much heap as {@link Limits} allow; those who wait are on worker threads. */
  private static final int AT_ONCE = 2;

  private final ModelInspector inspector = new ModelInspector();
  private final Semaphore free = new Semaphore(AT_ONCE, true);

  Inspection.Accepted inspect(List<StagedFile> files, ImportOptions options) throws IOException {
    return switch (inspect(files)) {
      case Inspection.Refused refused -> throw refusal(refused);
      case Inspection.Accepted accepted -> {
        checkFormat(accepted, options.format());
        yield accepted;
      }
    };
  }

  private Inspection inspect(List<StagedFile> files) throws IOException {
    free.acquireUninterruptibly();
    try {
      return inspector.inspect(
          files.stream().collect(Collectors.toMap(StagedFile::name, StagedFile::path)));
    } finally {
      free.release();
    }
  }

  private static ProblemException refusal(Inspection.Refused refused) {
    Problem first = refused.problems().getFirst();
    List<Violation> violations =
        refused.problems().stream()
            .map(problem -> new Violation(where(problem.place()), problem.reason()))
            .toList();
    Place place = first.place();
    Location location =
        new Location(
            place.file().isEmpty() ? null : place.file(),
            place.line().isPresent() ? place.line().getAsInt() : null,
            place.layer().orElse(null));
    return new ProblemException(
        ProblemCode.valueOf(first.code().name()), first.reason(), violations, location, null);
  }

  private static String where(Place place) {
    StringBuilder where = new StringBuilder(place.file());
    place.line().ifPresent(line -> where.append(':').append(line));
    if (place.line().isEmpty()) {
      place.offset().ifPresent(offset -> where.append(" at byte ").append(offset));
    }
    place.layer().ifPresent(layer -> where.append(" layer ").append(layer));
    return where.toString();
  }

  private static void checkFormat(Inspection.Accepted accepted, Optional<String> expected) {
    String found = Formats.name(accepted.format());
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw new ProblemException(
          ProblemCode.MODEL_FORMAT_MISMATCH,
          "The upload is %s, not %s.".formatted(found, expected.get()),
          List.of(new Violation("options.format", "leave it out, or give " + found)),
          Location.ofFile(accepted.topology()),
          null);
    }
  }
}
