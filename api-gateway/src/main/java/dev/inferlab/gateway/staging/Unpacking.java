package dev.inferlab.gateway.staging;

import dev.inferlab.gateway.archive.ArchiveFormat;
import dev.inferlab.gateway.archive.ArchiveLimits;
import dev.inferlab.gateway.archive.ArchiveReader;
import dev.inferlab.gateway.archive.EntryName;
import dev.inferlab.gateway.archive.EntrySink;
import dev.inferlab.gateway.archive.NameRegister;
import dev.inferlab.gateway.archive.UnpackBudget;
import dev.inferlab.platform.problem.Location;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Hands on the files of an upload, those in archives too, under names that are unique in it. */
@ApplicationScoped
public class Unpacking {
  private final ArchiveLimits limits;

  Unpacking(
      @ConfigProperty(name = "inferlab.upload.max-archive-entries", defaultValue = "20000")
          int entries,
      @ConfigProperty(name = "inferlab.upload.max-unpacked-size", defaultValue = "2G")
          MemorySize unpacked,
      @ConfigProperty(name = "inferlab.upload.max-compression-ratio", defaultValue = "100")
          int ratio) {
    limits = new ArchiveLimits(entries, unpacked.asLongValue(), ratio, 16L << 20);
  }

  /** What decides whether a file of the upload is an archive to be opened. */
  public enum Archives {
    /** Its name: an archive under another name may be a model in a format that is a zip file. */
    BY_NAME,
    /** Its first bytes. */
    BY_CONTENT
  }

  /** What all archives of one upload or import may unpack to. */
  public UnpackBudget budget() {
    return new UnpackBudget(limits);
  }

  public void unpack(List<ReceivedFile> files, Archives archives, EntrySink sink)
      throws IOException {
    unpack(files, archives, budget(), sink);
  }

  /**
   * @param budget that earlier calls for the same import took from
   */
  public void unpack(
      List<ReceivedFile> files, Archives archives, UnpackBudget budget, EntrySink sink)
      throws IOException {
    NameRegister names = new NameRegister();
    ArchiveReader reader = new ArchiveReader(budget, names);
    for (ReceivedFile file : files) {
      String name = EntryName.check(file.name());
      if (name.isEmpty()) {
        throw new ProblemException(
            ProblemCode.ARCHIVE_ENTRY_NAME_FORBIDDEN, "A file of the upload has no name.");
      }
      ArchiveFormat format = ArchiveFormat.of(file.path());
      if (isArchive(name, format, archives)) {
        try {
          reader.read(file.path(), format, sink);
        } catch (ProblemException e) {
          throw e.location().isPresent() ? e : inFile(e, name);
        }
      } else {
        names.file(name);
        try (InputStream content = Files.newInputStream(file.path())) {
          sink.file(name, content);
        }
      }
    }
  }

  private static boolean isArchive(String name, ArchiveFormat format, Archives archives) {
    if (archives == Archives.BY_CONTENT) {
      return format != ArchiveFormat.NONE;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".zip")
        || lower.endsWith(".tar")
        || lower.endsWith(".tgz")
        || lower.endsWith(".tar.gz");
  }

  private static ProblemException inFile(ProblemException problem, String name) {
    return new ProblemException(
        problem.code(),
        problem.detail(),
        problem.violations(),
        Location.ofFile(EntryName.shown(name)),
        problem.getCause());
  }
}
